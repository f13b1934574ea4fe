package dev.lading.cli.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.api.RepositoryLookup;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import dev.lading.cli.shell.TaskOptions;
import dev.lading.cli.shell.VersionName;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verify}: checks that the stored bytes are there and what they should be. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Checks that the bytes of all blobs are stored in full length, and lists those that are not.",
            "",
            "Changes nothing, and ends with 1 if any are not. Ends when the task has ended. Ctrl-C ends the waiting, not"
                    + " the task.",
            ""
        })
public final class VerifyCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Mixin
    private TaskOptions task;

    @Option(names = "--deep", description = "Read all bytes, and compare them with their digests.")
    private boolean deep;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "REPO",
            description =
                    "The repository to check: its name for the newest version, or name@number. Without it, all that"
                            + " the registry stores is checked.")
    private @Nullable String repository;

    public VerifyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        Optional<VersionName> version = Optional.ofNullable(repository).map(VersionName::ofRepository);
        ApiClient api = new LoginSources(login, invocation).connect();
        String path =
                version.map(named -> path(new RepositoryLookup(api), named)).orElse(ApiClient.API) + "repair/";
        JsonNode started = api.post(path, JsonText.object().put("verify_checksums", deep));
        JsonNode result = task.completed(api, invocation, started).path("result");
        if (!result.path("broken").isNumber()) {
            throw api.unexpected("a check without a result");
        }
        if (!task.isJson()) {
            print(result);
        }
        return result.path("broken").asLong() == 0 ? 0 : CommandFailure.REFUSED;
    }

    private static String path(RepositoryLookup lookup, VersionName version) {
        String name = version.repository().orElseThrow();
        return version.number().isPresent()
                ? lookup.version(name, version.number().get())
                : lookup.newestVersion(name);
    }

    private void print(JsonNode result) {
        PrintStream out = invocation.out();
        long named = 0;
        for (String fault : List.of("missing", "corrupted")) {
            for (JsonNode digest : result.path(fault)) {
                out.println(PrintableText.of(fault + " " + digest.asText() + held(result, digest.asText())));
                named++;
            }
        }
        long broken = result.path("broken").asLong();
        if (broken > named) {
            out.println("and " + (broken - named) + " more");
        }
        out.println(result.path("checked").asLong() + " checked, " + (broken == 0 ? "none" : broken)
                + " missing or corrupted");
        if (result.path("fetched").asLong() > 0) {
            out.println(result.path("fetched").asLong() + " fetched from where remotes lead to");
        }
        result.path("not_fetched")
                .properties()
                .forEach(each -> out.println(PrintableText.of(
                        "not fetched " + each.getKey() + ": " + each.getValue().asText())));
    }

    private static String held(JsonNode result, String digest) {
        JsonNode names = result.path("repositories").path(digest);
        return names.isEmpty()
                ? ""
                : " of "
                        + String.join(
                                ", ",
                                StreamSupport.stream(names.spliterator(), false)
                                        .map(JsonNode::asText)
                                        .toList());
    }
}
