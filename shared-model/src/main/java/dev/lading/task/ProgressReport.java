package dev.lading.task;

import java.util.Optional;

/**
 * How far one part of a task is.
 *
 * @param code names the part for programs, such as {@code repair.verified}
 * @param total empty: not known yet
 */
public record ProgressReport(String code, String message, TaskState state, Optional<Long> total, long done) {
    ProgressReport in(TaskState newState) {
        return state.isFinal() ? this : new ProgressReport(code, message, newState, total, done);
    }
}
