package dev.lading.cli.shell;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.api.ProgressLine;
import dev.lading.cli.api.TaskWatch;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Options of verbs that start a task, and the report of its end. */
public final class TaskOptions {
    private static final Pattern VERSION = Pattern.compile(".*/versions/([0-9]{1,10})/");

    @Option(names = "--json", description = "Print the task as JSON when it has ended.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Do not show on standard error how far the task is.")
    private boolean quiet;

    /**
     * Waits for the task and reports its end.
     *
     * @param started the answer to the request
     * @param repository that gets a new version
     * @param outcome what that version holds
     * @return the exit code
     */
    public int await(ApiClient api, Invocation invocation, JsonNode started, String repository, String outcome) {
        return report(invocation, completed(api, invocation, started), repository, outcome);
    }

    /** Reports a task that was completed, unless it was printed as JSON; returns the exit code. */
    public int report(Invocation invocation, JsonNode task, String repository, String outcome) {
        if (!json) {
            Matcher made =
                    VERSION.matcher(task.path("created_resources").path(0).asText(""));
            invocation
                    .out()
                    .println(PrintableText.of(
                            made.matches()
                                    ? repository + " is at version " + made.group(1) + ", which holds " + outcome
                                    : repository + " holds " + outcome + " already; no version was made"));
        }
        return 0;
    }

    /** Where it is shown how far something is; empty: nowhere. */
    public Optional<ProgressLine> progress(Invocation invocation) {
        return quiet ? Optional.empty() : Optional.of(new ProgressLine(invocation.err(), invocation.terminal()));
    }

    /** Whether standard error is not to show how far something is. */
    public boolean isQuiet() {
        return quiet;
    }

    /** Whether the task is printed as JSON, and nothing else is to be printed. */
    public boolean isJson() {
        return json;
    }

    /** Waits for the task, which must be completed; with {@code --json} it is printed. */
    public JsonNode completed(ApiClient api, Invocation invocation, JsonNode started) {
        return completed(invocation, new TaskWatch(api, progress(invocation)).await(started));
    }

    /** Checks that a task that has ended was completed; with {@code --json} it is printed. */
    public JsonNode completed(Invocation invocation, JsonNode task) {
        if (json) {
            invocation.out().println(JsonText.of(task));
        }
        String state = task.path("state").asText("");
        if (!state.equals("completed")) {
            throw CommandFailure.refused("the task was not done but " + state + ": "
                    + task.path("error").path("description").asText("no reason was given") + " ("
                    + task.path("pulp_href").asText("") + ")");
        }
        return task;
    }
}
