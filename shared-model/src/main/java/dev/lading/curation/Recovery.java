package dev.lading.curation;

import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.repository.VersionService;
import java.util.Optional;

/**
 * Finds content that the repository had when a change was planned and lost since. No version that it reads can be
 * deleted before the commit: that would change the repository's head.
 */
final class Recovery {
    private final VersionService versions;
    private final RepositoryView newest;
    private final Optional<Long> plannedAt;

    /**
     * @param plannedAt the newest version then; empty: nothing was relied on
     * @throws EntityUnknown if that version was deleted as the newest: content that only it had has left no trace
     */
    Recovery(VersionService versions, RepositoryView newest, Optional<Long> plannedAt) {
        this.versions = versions;
        this.newest = newest;
        this.plannedAt = plannedAt;
        plannedAt.filter(version -> version > newest.version()).ifPresent(version -> {
            throw new EntityUnknown("version", version + " any more: it was deleted a moment ago. Try again");
        });
    }

    /**
     * The last version that had a manifest which the newest lacks; empty: none since the plan, which did not rely on
     * it.
     *
     * @throws EntityUnknown if there was one, and it is not kept
     */
    Optional<RepositoryView> lastWith(Digest manifest) {
        Optional<Content> removal = newest.row(ManifestEntry.TABLE, manifest.toString())
                .filter(row -> !row.present()
                        && plannedAt.filter(at -> row.version() > at).isPresent());
        return removal.map(row -> versions.before(newest.repository(), row.version())
                .map(version -> versions.view(newest.repository(), version.version()))
                .filter(view -> view.manifest(manifest).isPresent())
                .orElseThrow(() -> gone(manifest)));
    }

    static EntityUnknown gone(Digest manifest) {
        return new EntityUnknown("manifest", manifest + " any more: it was removed a moment ago. Try again");
    }
}
