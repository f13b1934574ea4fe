package dev.lading.cli.keys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import dev.lading.cli.shell.SmallFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs of {@code keys} about those by which imported bundles may be signed. */
final class TrustCommands {
    private static final String KEYS = ApiClient.API + "trusted_keys/";

    private TrustCommands() {}

    @Command(
            name = "trust",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {
                "Trusts a public key, so that bundles which it signed are imported without naming it: by importers, and"
                        + " by 'lading import' without --trust.",
                ""
            })
    static final class Trust implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Parameters(paramLabel = "FILE", description = "The key, as 'lading keys bundle' prints it there.")
        private Path file;

        @Option(names = "--json", description = "Print what the server answers, as JSON.")
        private boolean json;

        Trust(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            String pem;
            try {
                pem = SmallFile.read(invocation.folder().resolve(file));
            } catch (IOException e) {
                throw CommandFailure.usage("cannot read " + file + ": " + e.getMessage());
            }
            ApiClient api = new LoginSources(login, invocation).connect();
            JsonNode key = api.post(KEYS, JsonText.object().put("public_key", pem));
            invocation
                    .out()
                    .println(
                            json
                                    ? JsonText.of(key)
                                    : PrintableText.of(
                                            "trusts " + key.path("name").asText()));
            return 0;
        }
    }

    @Command(
            name = "trusted",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {"Lists the keys by which imported bundles may be signed.", ""})
    static final class Trusted implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Option(names = "--json", description = "Print the list as JSON.")
        private boolean json;

        Trusted(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            JsonNode keys = list(new LoginSources(login, invocation).connect());
            if (json) {
                invocation.out().println(JsonText.of(keys));
                return 0;
            }
            for (JsonNode key : keys) {
                invocation
                        .out()
                        .println(PrintableText.of(key.path("name").asText() + "  since "
                                + key.path("trusted_since").asText()));
            }
            return 0;
        }
    }

    /** One page has them all: there are never more than some hundred. */
    private static JsonNode list(ApiClient api) {
        return api.get(KEYS + "?limit=1000").path("results");
    }

    @Command(
            name = "distrust",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {"Trusts a key no longer. What was imported stays.", ""})
    static final class Distrust implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Parameters(
                paramLabel = "NAME",
                description = "The key's name, as 'lading keys trusted' lists it, or how no other begins.")
        private String name;

        Distrust(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            ApiClient api = new LoginSources(login, invocation).connect();
            List<JsonNode> found = new ArrayList<>();
            for (JsonNode key : list(api)) {
                if (key.path("name").asText().startsWith(name)) {
                    found.add(key);
                }
            }
            if (found.size() != 1) {
                throw CommandFailure.refused(
                        found.isEmpty()
                                ? "no key '" + name + "' is trusted"
                                : found.size() + " keys begin with '" + name + "'");
            }
            api.delete(found.getFirst().path("pulp_href").asText());
            invocation
                    .out()
                    .println(PrintableText.of(
                            "distrusts " + found.getFirst().path("name").asText()));
            return 0;
        }
    }
}
