package dev.lading.curation;

import dev.lading.content.ManifestService;
import dev.lading.history.Changes;
import dev.lading.history.RepositoryView;
import dev.lading.metadata.Lazily;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Computes what an {@link StagedContent} changes in the newest version. All content that the plan relied on must be in the
 * newest version, staged, or recovered from the last version that had it.
 */
final class Landing {
    private final StagedContent arrival;
    private final RepositoryView staged;
    private final RepositoryView newest;
    private final ManifestService manifests;
    private final Instant now;
    private final Recovery recovery;
    private final Copy copy;

    /** Manifests with tags that are known to be there. */
    private final Set<Digest> there = new HashSet<>();

    Landing(
            StagedContent arrival,
            RepositoryView staged,
            RepositoryView newest,
            Recovery recovery,
            ManifestService manifests,
            Instant now) {
        this.arrival = arrival;
        this.staged = staged;
        this.newest = newest;
        this.manifests = manifests;
        this.now = now;
        this.recovery = recovery;
        this.copy = Copy.completing(manifests, newest, now, recovery);
    }

    /** @throws EntityUnknown from one of the steps, if content that was relied on cannot be recovered */
    Stream<Changes> steps() {
        return Lazily.inTurn(List.of(
                () -> arrival.manifests()
                        .flatMap(digest -> staged.manifest(digest).stream())
                        .flatMap(entry -> copy.manifest(staged, entry)),
                () -> arrival.tags()
                        .flatMap(tag -> Stream.concat(
                                manifestOf(tag.manifest()),
                                Stream.of(new Changes().tag(newest, tag.tag(), tag.manifest(), now)))),
                () -> arrival.isMirror()
                        ? new MirrorRemoval(arrival, staged, newest, recovery, manifests).steps(now).stream()
                        : Stream.empty()));
    }

    /** Copies the manifest of a tag, if it is neither staged nor in the newest version. */
    private Stream<Changes> manifestOf(Digest manifest) {
        if (!there.add(manifest)
                || staged.manifest(manifest).isPresent()
                || newest.manifest(manifest).isPresent()) {
            return Stream.empty();
        }
        RepositoryView last = recovery.lastWith(manifest).orElseThrow(() -> Recovery.gone(manifest));
        return copy.manifest(last, last.manifest(manifest).orElseThrow());
    }
}
