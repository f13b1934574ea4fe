package dev.lading.curation;

import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.repository.Content;
import dev.lading.repository.ManifestEntry;
import dev.lading.repository.RepositoryView;
import dev.lading.repository.VersionService;
import java.util.Optional;

/**
 * Finds what the repository had when it was planned what is to come, and lost before it came. No version that it reads can be
 * deleted before the commit: that would change the repository's head.
 */
final class Recovery {
    private final VersionService versions;
    private final RepositoryView newest;
    private final long since;

    /** @param since the newest version when it was planned */
    Recovery(VersionService versions, RepositoryView newest, long since) {
        this.versions = versions;
        this.newest = newest;
        this.since = since;
    }

    /**
     * The last version that had a manifest which the newest lacks; empty: there was none since the plan, which did not count
     * on it.
     *
     * @throws EntityUnknown if there was one, and it is not kept
     */
    Optional<RepositoryView> lastWith(Digest manifest) {
        Optional<Content> removal = newest.row(ManifestEntry.TABLE, manifest.toString())
                .filter(row -> !row.present() && row.version() > since);
        return removal.map(row -> versions.before(newest.repository(), row.version())
                .map(version -> versions.view(newest.repository(), version.version()))
                .filter(view -> view.manifest(manifest).isPresent())
                .orElseThrow(() -> gone(manifest)));
    }

    static EntityUnknown gone(Digest manifest) {
        return new EntityUnknown("manifest", manifest + " any more: it was removed a moment ago. Try again");
    }
}
