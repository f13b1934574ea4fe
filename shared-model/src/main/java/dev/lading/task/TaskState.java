package dev.lading.task;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The state of a task. Source: Pulp REST API, tasks. */
public enum TaskState {
    WAITING,
    RUNNING,
    /** Requested to stop while it runs. */
    CANCELING,
    COMPLETED,
    FAILED,
    CANCELED;

    public boolean isFinal() {
        return switch (this) {
            case WAITING, RUNNING, CANCELING -> false;
            case COMPLETED, FAILED, CANCELED -> true;
        };
    }

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
