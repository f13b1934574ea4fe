package dev.lading.task;

import java.util.Optional;

/**
 * Progress of one part of a task.
 *
 * @param code names the part for programs, such as {@code repair.verified}
 * @param total empty: not known yet
 */
public record ProgressReport(String code, String message, TaskState state, Optional<Long> total, long done) {
    ProgressReport in(TaskState newState) {
        return state.isFinal() ? this : new ProgressReport(code, message, newState, total, done);
    }
}
