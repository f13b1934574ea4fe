package dev.lading.cli.keys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keys}: the keys that sign tokens and bundles. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        description = {
            "Replaces and lists the keys that sign tokens, shows the one that signs bundles and attestations, and"
                    + " says which may have signed bundles that are imported.",
            "",
            "The registry replaces those of tokens by itself every 90 days. Tokens signed before live on until they end.",
            ""
        },
        commandListHeading = "%nVerbs; each has --help:%n")
public final class KeysCommand implements Runnable {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]{1,1000}\n-----END PUBLIC KEY-----\n");

    private static final String KEYS = ApiClient.API + "token_keys/";

    @Spec
    private CommandSpec spec;

    private KeysCommand() {}

    public static CommandLine line(Invocation invocation) {
        return new CommandLine(new KeysCommand())
                .addSubcommand("rotate", new Rotate(invocation))
                .addSubcommand("list", new Listing(invocation))
                .addSubcommand("bundle", new Bundle(invocation))
                .addSubcommand("trust", new TrustCommands.Trust(invocation))
                .addSubcommand("trusted", new TrustCommands.Trusted(invocation))
                .addSubcommand("distrust", new TrustCommands.Distrust(invocation));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with keys");
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {
                "Makes a key that signs tokens ten minutes from now, when every process knows it. Nobody needs to log in"
                        + " again. While one is made already, it is that one.",
                ""
            })
    private static final class Rotate implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Option(names = "--json", description = "Print what the server answers, as JSON.")
        private boolean json;

        Rotate(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            ApiClient api = new LoginSources(login, invocation).connect();
            JsonNode key = api.post(KEYS, JsonText.object());
            if (key.path("name").asText("").isEmpty()) {
                throw api.unexpected("a key without a name");
            }
            PrintStream out = invocation.out();
            if (json) {
                out.println(JsonText.of(key));
            } else {
                out.println(PrintableText.of("key      " + key.path("name").asText()));
                out.println(PrintableText.of("signs    from "
                        + key.path("signs_from").asText("") + "; tokens signed before live on until they end"));
            }
            return 0;
        }
    }

    @Command(
            name = "bundle",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {
                "Prints the public half of the key that signs exports and attestations, in PEM: what the importing side"
                        + " must trust, and cosign verify-attestation --key takes. It is made when it is first needed;"
                        + " the private half stays with the server's secrets.",
                ""
            })
    private static final class Bundle implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Option(names = "--json", description = "Print what the server answers, as JSON.")
        private boolean json;

        Bundle(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            ApiClient api = new LoginSources(login, invocation).connect();
            JsonNode key = api.get(ApiClient.API + "bundle_key/");
            String pem = key.path("public_key").asText();
            if (!PEM.matcher(pem).matches()) {
                throw api.unexpected("a key that is none");
            }
            invocation.out().print(json ? JsonText.of(key) + System.lineSeparator() : pem);
            return 0;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {"Lists the keys by which tokens are signed and checked, newest first.", ""})
    private static final class Listing implements Callable<Integer> {
        private static final String LINE = "%-16s %-9s %-21s %s";

        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Option(names = "--json", description = "Print the list as JSON.")
        private boolean json;

        Listing(Invocation invocation) {
            this.invocation = invocation;
        }

        /** One page has them all: there are never more than a few. */
        @Override
        public Integer call() {
            ApiClient api = new LoginSources(login, invocation).connect();
            JsonNode keys = api.get(KEYS).path("results");
            PrintStream out = invocation.out();
            if (json) {
                out.println(JsonText.of(keys));
                return 0;
            }
            out.println(LINE.formatted("KEY", "STATE", "SIGNS FROM", "CHECKS UNTIL"));
            for (JsonNode key : keys) {
                out.println(PrintableText.of(line(key)));
            }
            return 0;
        }

        private static String line(JsonNode key) {
            return LINE.formatted(
                    key.path("name").asText(),
                    key.path("state").asText(),
                    key.path("signs_from").asText(),
                    key.path("checks_until").isTextual()
                            ? key.path("checks_until").asText()
                            : "-");
        }
    }
}
