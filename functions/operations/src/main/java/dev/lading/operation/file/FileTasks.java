package dev.lading.operation.file;

import dev.lading.file.FileChange;
import dev.lading.file.FileRepositories;
import dev.lading.operation.JsonTask;
import dev.lading.operation.RepositoryTasks;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.TaskProvider;
import dev.lading.operation.VersionHref;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskRun;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tasks that make versions of repositories of files. A repeated one finds that the newest version has it all. */
@Singleton
public class FileTasks implements TaskProvider {
    /** Arguments are a {@link FileChange}. */
    public static final String CHANGE = "pulpcore.app.tasks.repository.add_and_remove";

    private final FileRepositories files;

    public FileTasks(FileRepositories files) {
        this.files = files;
    }

    public static Reservation reservation(FileChange change) {
        return Reservation.of(
                ResourceType.FILE_REPOSITORY.prn(change.repository().value()));
    }

    @Override
    public List<TaskHandler> handlers() {
        return List.of(new JsonTask<>(CHANGE, true, FileChange.class, this::change));
    }

    /** Clients look for the content that they sent among what was created, whether it is new or not. */
    private Outcome change(FileChange change, TaskRun run) throws IOException {
        long version = files.change(change, RepositoryTasks.progress(run));
        List<String> created = new ArrayList<>();
        created.add(new VersionHref(ResourceType.FILE_REPOSITORY, change.repository(), version).toString());
        change.added().forEach(file -> created.add(ResourceType.FILE.href(file.id())));
        return new Outcome(created, Optional.empty());
    }
}
