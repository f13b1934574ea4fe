package dev.lading.commit;

import dev.lading.history.Changes;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.metadata.Write;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Versions that were made elsewhere, to be made here under their numbers and seen all at once. */
@FunctionalInterface
public interface BulkHistory {
    /** Plans them; called again when a compare-and-set lost to another writer. */
    Plan plan(Repository head);

    /**
     * The versions and their conditions.
     *
     * @param versions the oldest first
     * @param fence conditions that must hold until the end
     * @param atEnd writes committed with the versions; given the newest
     * @param total how many rows at most
     */
    record Plan(Iterator<Version> versions, List<Write> fence, LongFunction<List<Write>> atEnd, OptionalLong total) {}

    /**
     * One of them.
     *
     * @param number larger than all that the repository gave out
     * @param created when it was made elsewhere
     * @param base the version it was made from, where that is not the one before
     * @param steps as those of a {@link BulkChange.Plan}; given the version before
     */
    record Version(
            long number,
            Instant created,
            Optional<Long> base,
            Optional<VersionNote> note,
            Function<RepositoryView, Iterator<Changes>> steps) {}
}
