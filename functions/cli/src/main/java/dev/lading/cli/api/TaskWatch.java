package dev.lading.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** Follows a task until it has ended. */
public final class TaskWatch {
    private static final Pattern HREF = Pattern.compile(Pattern.quote(ApiClient.API) + "tasks/[0-9A-Za-z-]+/");
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final ApiClient api;
    private final Optional<ProgressLine> progress;

    public TaskWatch(ApiClient api, Optional<ProgressLine> progress) {
        this.api = api;
        this.progress = progress;
    }

    /**
     * Waits for a task; returns it as it ended, in whatever state.
     *
     * @param started the answer to the request
     */
    public JsonNode await(JsonNode started) {
        String href = started.path("task").asText();
        if (!HREF.matcher(href).matches()) {
            throw api.unexpected("no task where one was started");
        }
        try {
            return poll(href);
        } catch (CommandFailure failure) {
            throw CommandFailure.noServer(failure.getMessage() + "; the task may go on, see " + href);
        } finally {
            progress.ifPresent(ProgressLine::clear);
        }
    }

    private JsonNode poll(String href) {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            JsonNode task = api.get(href);
            if (!task.path("finished_at").asText("").isEmpty()) {
                return task;
            }
            progress.ifPresent(line -> show(line, task));
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                throw CommandFailure.noServer("stopped waiting");
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    /** Shows the last of the reports, which is the present step. */
    private static void show(ProgressLine line, JsonNode task) {
        JsonNode reports = task.path("progress_reports");
        JsonNode report = reports.path(reports.size() - 1);
        String state = "task " + task.path("state").asText("") + ": ";
        if (report.isMissingNode()) {
            line.show(state + task.path("name").asText(""), "");
        } else {
            String total = report.path("total").isNumber()
                    ? " of " + report.path("total").asLong()
                    : "";
            line.show(
                    state + report.path("message").asText(""),
                    report.path("done").asLong() + total);
        }
    }
}
