package dev.lading.repository;

import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.metadata.MetadataStore;
import java.util.List;

/**
 * Deletes the oldest versions of a repository that keeps only so many. Versions that distributions pin are kept, too.
 * Costs a push that deletes one six reads and a write; cleanup later deletes what only it held.
 */
final class Retention {
    private static final int PAGE = 50;

    private final MetadataStore store;
    private final VersionService versions;

    Retention(MetadataStore store, VersionService versions) {
        this.store = store;
        this.versions = versions;
    }

    /** Whether there may be too many versions. */
    static boolean isDue(Repository head) {
        return head.settings()
                .retainVersions()
                .filter(most -> head.kept() > most)
                .isPresent();
    }

    void enforce(Repository head) {
        long pinned =
                head.pins().stream().map(Repository.Pin::version).distinct().count();
        long tooMany = head.kept() - pinned - head.settings().retainVersions().orElseThrow();
        if (tooMany > 0) {
            List<Long> oldest = store.stream(
                            RepositoryVersion.TABLE, RepositoryVersion.between(head.id(), 0, head.version() - 1, PAGE))
                    .map(RepositoryVersion::version)
                    .filter(version -> head.pins().stream().noneMatch(pin -> pin.version() == version))
                    .limit(tooMany)
                    .toList();
            oldest.forEach(version -> versions.delete(head.id(), version, false));
        }
    }
}
