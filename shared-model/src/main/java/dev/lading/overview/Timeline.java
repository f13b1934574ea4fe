package dev.lading.overview;

import dev.lading.history.Change;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A repository's versions, by one read. */
public final class Timeline {
    private final MetadataStore store;

    public Timeline(MetadataStore store) {
        this.store = store;
    }

    public static boolean isOfTag(Change change) {
        return change.table().equals(TagEntry.TABLE.name());
    }

    /**
     * A version beside those that are kept.
     *
     * @param skipped how many versions between it and the nearest older one were deleted
     */
    public record Entry(RepositoryVersion version, long skipped) {
        public boolean isFirst() {
            return version.version() == 0;
        }

        /**
         * How many tags it moved. The counts have each as added and as removed; the log tells those that it removed for
         * good, where it is in the record and against the version before.
         */
        public OptionalLong moved() {
            if (skipped != 0 || version.changes().isEmpty()) {
                return OptionalLong.empty();
            }
            long gone = version.changes().stream()
                    .filter(change -> isOfTag(change) && !change.present())
                    .count();
            return OptionalLong.of(version.removed().tags() - gone);
        }

        /** Names of the tags that it set or removed, as far as its record has them. */
        public List<String> tags(int limit) {
            return version.changes().stream()
                    .filter(Timeline::isOfTag)
                    .map(Change::name)
                    .limit(limit)
                    .toList();
        }
    }

    /** @param next number of the version that the next page begins with; empty: this is the last */
    public record Listed(List<Entry> versions, OptionalLong next) {}

    /**
     * Newest first.
     *
     * @param from the number to begin with
     */
    public Listed list(Repository repository, long from, int limit) {
        long first = Math.min(from, repository.version());
        List<RepositoryVersion> found = store.query(
                        RepositoryVersion.TABLE, RepositoryVersion.newestFirst(repository.id(), 0, first, limit + 1))
                .records();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < Math.min(limit, found.size()); i++) {
            long number = found.get(i).version();
            long skipped = i + 1 < found.size() ? number - found.get(i + 1).version() - 1 : number;
            entries.add(new Entry(found.get(i), skipped));
        }
        return new Listed(
                entries, found.size() > limit ? OptionalLong.of(found.get(limit).version()) : OptionalLong.empty());
    }

    /**
     * Oldest first.
     *
     * @param after the number behind which to begin; less than none: with the first
     */
    public Listed oldest(Repository repository, long after, int limit) {
        long last = Math.min(after, repository.version());
        // The version before the first tells how many were deleted between them.
        List<RepositoryVersion> found = store.query(
                        RepositoryVersion.TABLE,
                        RepositoryVersion.between(repository.id(), Math.max(0, last), repository.version(), limit + 2))
                .records();
        List<Entry> entries = new ArrayList<>();
        long before = last;
        for (RepositoryVersion version : found) {
            if (version.version() > last && entries.size() < limit) {
                entries.add(new Entry(version, version.version() - before - 1));
            }
            before = version.version();
        }
        boolean more = !entries.isEmpty()
                && found.getLast().version() > entries.getLast().version().version();
        return new Listed(
                entries, more ? OptionalLong.of(entries.getLast().version().version()) : OptionalLong.empty());
    }
}
