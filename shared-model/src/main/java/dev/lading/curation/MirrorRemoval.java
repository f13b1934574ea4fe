package dev.lading.curation;

import dev.lading.content.ManifestService;
import dev.lading.content.Removal;
import dev.lading.history.Changes;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Computes what a mirroring sync removes. */
final class MirrorRemoval implements Removal.Needs {
    /** Referrers read at once; a manifest has few. */
    private static final int REFERRERS = 1000;

    private final StagedContent arrival;
    private final RepositoryView staged;
    private final RepositoryView newest;
    private final Recovery recovery;
    private final ManifestService manifests;
    private final Set<String> tags = new HashSet<>();
    private final Set<Digest> neededManifests = new HashSet<>();
    private final Set<Digest> neededBlobs = new HashSet<>();

    MirrorRemoval(
            StagedContent arrival,
            RepositoryView staged,
            RepositoryView newest,
            Recovery recovery,
            ManifestService manifests) {
        this.arrival = arrival;
        this.staged = staged;
        this.newest = newest;
        this.recovery = recovery;
        this.manifests = manifests;
    }

    List<Changes> steps(Instant now) {
        arrival.manifests().forEach(this::need);
        arrival.kept().forEach(this::need);
        arrival.tags().forEach(tag -> {
            tags.add(tag.tag().value());
            need(tag.manifest());
        });
        var removal = new Removal(newest, manifests, this, now);
        arrival.tags()
                .forEach(tag -> newest.tagEntry(tag.tag())
                        .filter(before -> !tag.manifest().equals(before.digest().orElseThrow()))
                        .ifPresent(removal::moved));
        arrival.removedTags().flatMap(tag -> newest.tagEntry(tag).stream()).forEach(removal::tagRecursively);
        arrival.removedManifests().forEach(removal::unused);
        return removal.steps();
    }

    /** Marks a manifest with all that comes with it as needed. One that is there keeps itself what it needs. */
    private void need(Digest digest) {
        if (neededManifests.add(digest)) {
            coming(digest).map(manifests::parsed).ifPresent(manifest -> {
                neededBlobs.addAll(manifest.blobs());
                manifest.manifests().forEach(this::need);
            });
        }
    }

    private Optional<ManifestEntry> coming(Digest manifest) {
        return staged.manifest(manifest)
                .or(() -> newest.manifest(manifest).isPresent()
                        ? Optional.empty()
                        : recovery.lastWith(manifest).flatMap(view -> view.manifest(manifest)));
    }

    @Override
    public boolean isNeeded(Digest content) {
        return neededManifests.contains(content) || neededBlobs.contains(content);
    }

    @Override
    public Stream<TagEntry> tagsWith(Digest manifest) {
        return arrival.companions(manifest)
                .filter(tag -> !tags.contains(tag.value()))
                .flatMap(tag -> newest.tagEntry(tag).stream());
    }

    @Override
    public Stream<Digest> manifestsWith(Digest manifest) {
        return newest.referrers(manifest, Optional.empty(), REFERRERS).entries().stream()
                .map(ReferrerEntry::descriptor)
                .map(descriptor -> descriptor.digest());
    }
}
