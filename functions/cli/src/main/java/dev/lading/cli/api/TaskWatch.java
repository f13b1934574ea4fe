package dev.lading.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** Follows a task until it has ended. */
public final class TaskWatch {
    private static final Pattern HREF = Pattern.compile(Pattern.quote(ApiClient.API) + "tasks/[0-9A-Za-z-]+/");
    private static final Pace QUICK = new Pace(50, 1000);
    private static final Pace GENTLE = new Pace(300, 2000);

    private final ApiClient api;
    private final Pace pace;
    private final Watcher watcher;

    /** Pauses between two looks, each half as long again: the end is seen after half again of what a task took. */
    private record Pace(long firstMillis, long longestMillis) {
        long after(long pauseMillis) {
            return Math.min(pauseMillis + pauseMillis / 2, longestMillis);
        }
    }

    /** Sees a task each time that it is looked at, but for the last. */
    public interface Watcher {
        /** @return whether there was news, so that the next look is soon */
        boolean sees(JsonNode task);

        /** Clears what is shown until something follows. */
        void clear();
    }

    private record Shown(Optional<ProgressLine> progress) implements Watcher {
        @Override
        public boolean sees(JsonNode task) {
            progress.ifPresent(line -> show(line, task));
            return false;
        }

        @Override
        public void clear() {
            progress.ifPresent(ProgressLine::clear);
        }
    }

    /** Shows how far the task is. */
    public TaskWatch(ApiClient api, Optional<ProgressLine> progress) {
        this(api, QUICK, new Shown(progress));
    }

    /** Follows a long task, of which the watcher shows what there is. */
    public TaskWatch(ApiClient api, Watcher watcher) {
        this(api, GENTLE, watcher);
    }

    private TaskWatch(ApiClient api, Pace pace, Watcher watcher) {
        this.api = api;
        this.pace = pace;
        this.watcher = watcher;
    }

    /** Path of the task that was started. */
    public static String href(ApiClient api, JsonNode started) {
        String href = started.path("task").asText();
        if (!HREF.matcher(href).matches()) {
            throw api.unexpected("no task where one was started");
        }
        return href;
    }

    /**
     * Waits for a task; returns it as it ended, in whatever state.
     *
     * @param started the answer to the request
     */
    public JsonNode await(JsonNode started) {
        String href = href(api, started);
        try {
            return poll(href);
        } catch (CommandFailure failure) {
            throw CommandFailure.noServer(failure.getMessage() + "; the task may go on, see " + href);
        } finally {
            watcher.clear();
        }
    }

    private JsonNode poll(String href) {
        long pause = pace.firstMillis();
        while (true) {
            JsonNode task = api.get(href);
            if (!task.path("finished_at").asText("").isEmpty()) {
                return task;
            }
            if (watcher.sees(task)) {
                pause = pace.firstMillis();
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                throw CommandFailure.noServer("stopped waiting");
            }
            pause = pace.after(pause);
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
