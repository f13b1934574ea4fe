package dev.lading.cli.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.RepositoryLookup;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import dev.lading.cli.shell.TaskOptions;
import dev.lading.cli.shell.VersionName;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code promote}: makes one repository hold what another holds. */
@Command(
        name = "promote",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Makes a new version of a repository that holds what a version of another holds, and nothing else.",
            "",
            "Ends when the task has ended. Ctrl-C ends the waiting, not the task.",
            ""
        })
public final class PromoteCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Mixin
    private TaskOptions task;

    @Parameters(
            index = "0",
            paramLabel = "FROM",
            description = "The repository to take from: its name for the newest version, or name@number.")
    private String from;

    @Parameters(index = "1", paramLabel = "TO", description = "The name of the repository that gets the version.")
    private String to;

    @Option(names = "--note", paramLabel = "TEXT", description = "A line about the new version, up to 255 characters.")
    private Optional<String> note = Optional.empty();

    public PromoteCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        VersionName source = VersionName.ofRepository(from);
        ApiClient api = new LoginSources(login, invocation).connect();
        RepositoryLookup lookup = new RepositoryLookup(api);
        String name = source.repository().orElseThrow();
        ObjectNode body = JsonText.object();
        source.number()
                .ifPresentOrElse(
                        number -> body.put("source_repository_version", lookup.version(name, number)),
                        () -> body.put("source_repository", lookup.repository(name)));
        note.ifPresent(text -> body.put("note", text));
        var started = api.post(lookup.repository(to) + "promote/", body);
        return task.await(api, invocation, started, to, "what " + source + " holds");
    }
}
