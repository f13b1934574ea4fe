package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.task.Task;
import dev.lading.task.TaskState;
import io.quarkus.qute.TemplateInstance;

/**
 * How a task that changes a repository goes on, and how to undo it.
 *
 * @param made number of the version that it made; empty: none, or none yet
 * @param before number of the version before that
 */
record ChangedPage(
        Frame page,
        RepositoryHead head,
        Task task,
        String made,
        String before,
        boolean ended,
        boolean completed,
        boolean undoable)
        implements TemplateInstance {
    static ChangedPage of(Frame page, RepositoryHead head, Task task, String made, String before) {
        // Only the newest version is undone by going back to the one before it.
        boolean isNewest = made.equals(Long.toString(head.repository().version()));
        return new ChangedPage(
                page,
                head,
                task,
                made,
                before,
                task.state().isFinal(),
                task.state() == TaskState.COMPLETED,
                head.modifies() && isNewest && !before.isEmpty());
    }
}
