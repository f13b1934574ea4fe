package dev.lading.commit;

import dev.lading.history.Changes;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.metadata.Write;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** A change of any size, made as one version. */
@FunctionalInterface
public interface BulkChange {
    /** Plans the change; called again when a compare-and-set lost to another writer. */
    Plan plan(RepositoryView newest);

    /**
     * The steps of a change and its conditions.
     *
     * @param steps each of at most {@value #STEP_WRITES} writes; no two of them of one row
     * @param fence conditions that must hold until the end
     * @param atEnd writes committed with the change; given the version it is in, or the newest if there was nothing to
     *     change
     * @param base the version it is made from
     * @param note what is said of the version
     * @param total how many rows at most
     */
    record Plan(
            Iterator<Changes> steps,
            List<Write> fence,
            LongFunction<List<Write>> atEnd,
            Optional<Long> base,
            Optional<VersionNote> note,
            OptionalLong total) {
        static final int STEP_WRITES = 40;

        public static Plan of(Iterator<Changes> steps) {
            return new Plan(
                    steps, List.of(), version -> List.of(), Optional.empty(), Optional.empty(), OptionalLong.empty());
        }

        public Plan fenced(List<Write> newFence) {
            return new Plan(steps, newFence, atEnd, base, note, total);
        }

        public Plan atEnd(LongFunction<List<Write>> writes) {
            return new Plan(steps, fence, writes, base, note, total);
        }

        public Plan from(long newBase) {
            return new Plan(steps, fence, atEnd, Optional.of(newBase), note, total);
        }

        public Plan noted(Optional<VersionNote> newNote) {
            return new Plan(steps, fence, atEnd, base, newNote, total);
        }

        public Plan total(long rows) {
            return new Plan(steps, fence, atEnd, base, note, OptionalLong.of(rows));
        }
    }
}
