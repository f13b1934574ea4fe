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
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code restore}: rolls a repository back. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Rolls a repository back: makes a new version that holds what an earlier one held.",
            "",
            "Ends when the task has ended. Ctrl-C ends the waiting, not the task.",
            ""
        })
public final class RestoreCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Mixin
    private TaskOptions task;

    @Parameters(index = "0", paramLabel = "REPO", description = "The repository's name.")
    private String repository;

    @Parameters(
            index = "1",
            paramLabel = "VERSION",
            description = "The number of the version that is to be held again.")
    private long version;

    @Option(names = "--note", paramLabel = "TEXT", description = "A line about the new version, up to 255 characters.")
    private Optional<String> note = Optional.empty();

    public RestoreCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        ApiClient api = new LoginSources(login, invocation).connect();
        String href = new RepositoryLookup(api).repository(repository);
        ObjectNode body = JsonText.object().put("version", version);
        note.ifPresent(text -> body.put("note", text));
        var started = api.post(href + "restore/", body);
        return task.await(api, invocation, started, repository, "what version " + version + " holds");
    }
}
