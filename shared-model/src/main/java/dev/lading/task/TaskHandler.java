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
    Outcome run(String arguments, TaskRun run) throws IOException;

    /**
     * What came of it.
     *
     * @param created hrefs of what was made
     * @param result JSON
     */
    record Outcome(List<String> created, Optional<String> result) {
        public static final Outcome NOTHING = new Outcome(List.of(), Optional.empty());

        public Outcome {
            created = List.copyOf(created);
        }

        public static Outcome created(String href) {
            return new Outcome(List.of(href), Optional.empty());
        }
    }
}
