package dev.lading.task;

import dev.lading.oci.RegistryException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Runs the tasks of one name. */
public interface TaskHandler {
    String name();

    /** Whether a task that was interrupted, as when the process was killed, may simply be run again. */
    boolean isRepeatable();

    /**
     * @param arguments of the {@link TaskRequest}
     * @throws RegistryException with a sentence for the administrator, if the task fails
     */
    Result run(String arguments, TaskRun run) throws IOException;

    /** Notified of a task that has ended, in whatever way; at least once. */
    default void ended(Task task) {}

    /** The result of a run. */
    sealed interface Result permits Outcome, Unfinished {}

    /** The task has not ended with this run. */
    enum Unfinished implements Result {
        /**
         * Continued by {@link TaskRunner#resume}, or delivered again. Until it has ended, the tasks of its group wait.
         */
        GOES_ON,
        /** Waiting again until it is delivered. */
        WAITS
    }

    /**
     * The task has completed.
     *
     * @param created hrefs of what was created
     * @param result JSON
     */
    record Outcome(List<String> created, Optional<String> result) implements Result {
        public static final Outcome NOTHING = new Outcome(List.of(), Optional.empty());

        public Outcome {
            created = List.copyOf(created);
        }

        public static Outcome created(String href) {
            return new Outcome(List.of(href), Optional.empty());
        }
    }
}
