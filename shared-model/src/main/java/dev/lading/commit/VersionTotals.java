package dev.lading.commit;

import dev.lading.history.Change;
import dev.lading.history.NewestUnits;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.VersionNote;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a version comes to while its parts are written. */
final class VersionTotals {
    private final RepositoryId repository;
    private final ContentCounts before;
    private final Label label;
    private final List<Write> atTheEnd = new ArrayList<>();
    private ContentCounts added = ContentCounts.NONE;
    private ContentCounts removed = ContentCounts.NONE;
    private final NewestUnits.Selection newest = new NewestUnits.Selection();
    private long rows;

    /** What is known of a version before it is written. */
    record Label(
            long number,
            Optional<Long> base,
            Optional<VersionNote> note,
            Optional<Instant> sourceCreated,
            Optional<RepositoryVersion.Maker> madeBy) {
        static Label of(long number, BulkChange.Plan plan, Optional<RepositoryVersion.Maker> madeBy) {
            return new Label(number, plan.base(), plan.note(), Optional.empty(), madeBy);
        }

        static Label of(BulkHistory.Version version, Optional<RepositoryVersion.Maker> madeBy) {
            return new Label(version.number(), version.base(), version.note(), Optional.of(version.created()), madeBy);
        }
    }

    VersionTotals(RepositoryId repository, ContentCounts before, Label label) {
        this.repository = repository;
        this.before = before;
        this.label = label;
    }

    void add(VersionPart part) {
        added = added.plus(part.added());
        removed = removed.plus(part.removed());
        rows += part.rows().size();
        part.rows().forEach(newest::add);
        atTheEnd.addAll(part.atTheEnd());
    }

    Write version(Instant now, List<Change> log) {
        return Write.put(
                RepositoryVersion.TABLE,
                new RepositoryVersion(
                        repository,
                        label.number(),
                        now,
                        label.base(),
                        present(),
                        added,
                        removed,
                        label.note(),
                        label.sourceCreated(),
                        label.madeBy(),
                        log,
                        0));
    }

    Write log(int part, List<Change> changes, List<NewestUnits> newestUnits) {
        return Write.put(Change.Part.TABLE, new Change.Part(repository, label.number(), part, changes, newestUnits));
    }

    ContentCounts present() {
        return before.plus(added).minus(removed);
    }

    /** Writes to be made with the version's record. */
    List<Write> atTheEnd() {
        return atTheEnd;
    }

    List<NewestUnits> newest() {
        return newest.tables();
    }

    long rows() {
        return rows;
    }
}
