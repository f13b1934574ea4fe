package dev.lading.task;

import dev.lading.oci.RegistryException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Does the tasks of one name. */
public interface TaskHandler {
    String name();

    /** Whether a task that broke off half-way, as when the process was killed, may simply be run again. */
    boolean isRepeatable();

    /**
     * @param arguments of the {@link TaskRequest}
     * @throws RegistryException with a sentence for the administrator; the task has failed
     */
    Result run(String arguments, TaskRun run) throws IOException;

    /** Told of a task that has ended, in whatever way; again if the process died before noting that it was told. */
    default void ended(Task task) {}

    /** What came of a run. */
    sealed interface Result permits Outcome, Unfinished {}

    /** The task has not ended with this run. */
    enum Unfinished implements Result {
        /**
         * Others go on with it by {@link TaskRunner#resume}, or it is delivered again. Until it has ended, the tasks of its group
         * wait.
         */
        GOES_ON,
        /** It waits again until it is delivered. */
        WAITS
    }

    /**
     * It has completed.
     *
     * @param created hrefs of what was made
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
