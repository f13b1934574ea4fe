package dev.lading.cli.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.api.RepositoryLookup;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import dev.lading.cli.shell.VersionName;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diff}: shows how two versions differ. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Lists what two versions show differently: + what only B has, - what only A has, ~ tags that moved.",
            "",
            "Ends with 0 whether there are differences or not.",
            ""
        })
public final class DiffCommand implements Callable<Integer> {
    /** Entries in a page, which stays below an answer's limit. */
    private static final int PAGE = 500;

    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Option(names = "--json", description = "Print the differences as a JSON array.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "REPO", description = "The repository's name.")
    private String repository;

    @Parameters(
            index = "1",
            paramLabel = "A",
            description = "The number of a version, or name@number for another repository's.")
    private String from;

    @Parameters(index = "2", paramLabel = "B", description = "The version to compare it with.")
    private String to;

    public DiffCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        VersionName a = VersionName.ofVersion(from);
        VersionName b = VersionName.ofVersion(to);
        ApiClient api = new LoginSources(login, invocation).connect();
        RepositoryLookup lookup = new RepositoryLookup(api);
        String path = lookup.repository(repository) + "diff/?limit=" + PAGE + "&from=" + parameter(lookup, a) + "&to="
                + parameter(lookup, b);
        PrintStream out = invocation.out();
        long printed = 0;
        JsonNode page;
        do {
            // By number: a link of the server's need not lead to the server.
            page = api.get(path + "&offset=" + printed);
            for (JsonNode entry : page.path("results")) {
                out.println(json ? (printed == 0 ? "[" : ",") + "\n" + JsonText.of(entry) : line(entry));
                printed++;
            }
        } while (!page.path("results").isEmpty() && page.path("next").isTextual());
        if (json) {
            out.println(printed == 0 ? "[]" : "]");
        } else if (printed == 0) {
            out.println(PrintableText.of("no difference between " + a + " and " + b + " of " + repository));
        }
        return 0;
    }

    private static String parameter(RepositoryLookup lookup, VersionName version) {
        long number = version.number().orElseThrow();
        return version.repository()
                .map(name -> URLEncoder.encode(lookup.version(name, number), StandardCharsets.UTF_8))
                .orElseGet(() -> Long.toString(number));
    }

    private static String line(JsonNode entry) {
        String thing = entry.path("type").asText("").replaceFirst("^container\\.", "") + " "
                + entry.path("name").asText("");
        String before = entry.path("from_digest").asText("");
        String after = entry.path("to_digest").asText("");
        return PrintableText.of(
                switch (entry.path("change").asText("")) {
                    case "added" -> "+ " + thing + named(thing, after);
                    case "removed" -> "- " + thing + named(thing, before);
                    default -> "~ " + thing + " " + before + " -> " + after;
                });
    }

    /** The digest, unless it is the name. */
    private static String named(String thing, String digest) {
        return thing.endsWith(digest) ? "" : " " + digest;
    }
}
