package dev.lading.console.task;

import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import dev.lading.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A task as pages show it. */
public record TaskView(Task task) {
    /** Progress of one part. */
    public record Part(ProgressReport report) {
        private static final int MOST_CHARACTERS = 2_000;

        /** What it says, in part if it is long: names in it come from upstreams. */
        public String message() {
            String message = report.message();
            return message.length() <= MOST_CHARACTERS
                    ? message
                    : message.substring(0, MOST_CHARACTERS) + "… and " + (message.length() - MOST_CHARACTERS)
                            + " more characters";
        }

        public long done() {
            return report.done();
        }

        public boolean isBytes() {
            return report.code().endsWith(".bytes");
        }

        public boolean isBounded() {
            return report.total().filter(total -> total > 0).isPresent();
        }

        public long total() {
            return report.total().orElse(0L);
        }

        public String code() {
            return report.code();
        }
    }

    public String id() {
        return task.id().toString();
    }

    public String title() {
        return TaskNames.words(task.request().name());
    }

    public String name() {
        return task.request().name();
    }

    public String state() {
        return task.state().toString();
    }

    /** Class of its badge. */
    public String tone() {
        return switch (task.state()) {
            case COMPLETED -> "good";
            case FAILED -> "bad";
            case CANCELED, CANCELING -> "warn";
            case WAITING, RUNNING -> "";
        };
    }

    public boolean hasEnded() {
        return task.state().isFinal();
    }

    public boolean isCancelable() {
        return task.state() == TaskState.WAITING || task.state() == TaskState.RUNNING;
    }

    public Instant created() {
        return task.created();
    }

    /** How long it ran, or has been running. */
    public Duration took(Instant now) {
        return Duration.between(task.started().orElse(now), task.finished().orElse(now));
    }

    public boolean hasStarted() {
        return task.started().isPresent();
    }

    public String error() {
        return task.error().orElse("");
    }

    public List<Part> parts() {
        return task.progress().stream().map(Part::new).toList();
    }
}
