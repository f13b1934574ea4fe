package dev.lading.console.status;

import java.time.Instant;
import java.util.Optional;

/** What this process has answered so far. */
@FunctionalInterface
public interface Activity {
    /** Empty where processes come and go with the requests, and what one of them counted says little. */
    Optional<Counts> counts();

    /**
     * Counts since the process began.
     *
     * @param pulls answers with manifests
     * @param pushes of manifests
     * @param failures answers that say that the registry failed
     */
    record Counts(Instant since, long requests, long pulls, long pushes, long failures) {}
}
