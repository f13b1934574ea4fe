package dev.lading.history;

import dev.lading.audit.Actor;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A complete version that is not deleted.
 *
 * @param base the version it was made from, where that is not the one before
 * @param present what it holds; {@code added} and {@code removed}: against the nearest older version that is kept
 * @param note what somebody says of it, once and for all
 * @param sourceCreated when it was made in the registry that it comes from; present in every imported version, whose
 *     record may be there before the head is
 * @param madeBy whose change it is, while {@link dev.lading.audit.AuditEntry} tells it for a time only; empty: nobody's,
 *     or an earlier build's
 * @param changes the rows it wrote, if they are few; else its {@link Change.Part}s have them
 */
public record RepositoryVersion(
        RepositoryId repository,
        long version,
        Instant created,
        Optional<Long> base,
        ContentCounts present,
        ContentCounts added,
        ContentCounts removed,
        Optional<VersionNote> note,
        Optional<Instant> sourceCreated,
        Optional<Maker> madeBy,
        List<Change> changes,
        long revision)
        implements Revised {
    public static final Table<RepositoryVersion> TABLE =
            Table.audited("version", RepositoryVersion.class, v -> key(v.repository(), v.version()));

    public RepositoryVersion {
        // Records of before have none.
        note = note == null ? Optional.empty() : note;
        sourceCreated = sourceCreated == null ? Optional.empty() : sourceCreated;
        madeBy = madeBy == null ? Optional.empty() : madeBy;
        changes = changes == null ? List.of() : List.copyOf(changes);
    }

    /**
     * Who had a version made, and how; each as an {@link Actor} has it, without the address that they came from.
     *
     * @param principal {@code admin}, or {@code user:7}
     * @param action the request's method and path, or the task
     */
    public record Maker(String principal, String credential, String action) {
        /** The first of those for whom something is done. */
        public static Optional<Maker> of(List<Actor> actors) {
            return actors.stream()
                    .findFirst()
                    .map(actor -> new Maker(actor.principal(), actor.credential(), actor.action()));
        }
    }

    public static Key key(RepositoryId repository, long version) {
        return new Key(repository.toString(), Content.sort(version));
    }

    public static RepositoryVersion zero(Repository repository) {
        return new RepositoryVersion(
                repository.id(),
                0,
                repository.created(),
                Optional.empty(),
                ContentCounts.NONE,
                ContentCounts.NONE,
                ContentCounts.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                0);
    }

    public RepositoryVersion against(ContentCounts nowAdded, ContentCounts nowRemoved) {
        return with(nowAdded, nowRemoved, note);
    }

    public RepositoryVersion noted(VersionNote given) {
        return with(added, removed, Optional.of(given));
    }

    private RepositoryVersion with(ContentCounts nowAdded, ContentCounts nowRemoved, Optional<VersionNote> nowNote) {
        return new RepositoryVersion(
                repository,
                version,
                created,
                base,
                present,
                nowAdded,
                nowRemoved,
                nowNote,
                sourceCreated,
                madeBy,
                changes,
                revision + 1);
    }

    /** Versions numbered from {@code from} to {@code to}. */
    public static Query between(RepositoryId repository, long from, long to, int limit) {
        return Query.ascending(repository.toString(), Content.sort(from), Content.sort(to), limit);
    }

    /** Versions numbered from {@code to} down to {@code from}. */
    public static Query newestFirst(RepositoryId repository, long from, long to, int limit) {
        return Query.descending(repository.toString(), Content.sort(from), Content.sort(to), limit);
    }
}
