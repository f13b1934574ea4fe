package dev.lading.curation;

import dev.lading.content.ManifestService;
import dev.lading.history.Changes;
import dev.lading.history.Difference;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.OriginUse;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.remote.RemoteId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Copies content from versions into the newest version of a repository, as steps of few writes each. Content that is
 * there already is skipped; so is, with a manifest, all it needs, since it came with the manifest.
 */
final class Copy {
    private final ManifestService manifests;
    private final RepositoryView target;
    private final Instant now;

    /** Present if sources lack what the target had, so that nothing may be missing in the end. */
    private final Optional<Recovery> recovery;

    /** Copied digests: one copy may meet the same content many times. */
    private final Set<Digest> seen = new HashSet<>();

    /** Copied blobs, kept apart since a manifest's bytes may be a layer, too. */
    private final Set<Digest> seenBlobs = new HashSet<>();

    Copy(ManifestService manifests, RepositoryView target, Instant now) {
        this(manifests, target, now, Optional.empty());
    }

    /** Remotes that are known to be needed by the target: one transaction writes a record once. */
    private final Set<RemoteId> needed = new HashSet<>();

    private Copy(ManifestService manifests, RepositoryView target, Instant now, Optional<Recovery> recovery) {
        this.manifests = manifests;
        this.target = target;
        this.now = now;
        this.recovery = recovery;
    }

    /** A copy from sources that lack what the target had when they were made. */
    static Copy completing(ManifestService manifests, RepositoryView target, Instant now, Recovery recovery) {
        return new Copy(manifests, target, now, Optional.of(recovery));
    }

    /** Copies a tag with its manifest and all that needs. */
    Stream<Changes> tag(RepositoryView source, TagEntry tag) {
        Stream<Changes> manifest = tag.digest().stream()
                .flatMap(digest -> source.manifest(digest).stream())
                .flatMap(entry -> manifest(source, entry));
        return Stream.concat(manifest, Stream.of(row(tag, target.tagEntry(tag.tag()))));
    }

    /** Copies a manifest with its manifests, config and layers, as far as the source has them. */
    Stream<Changes> manifest(RepositoryView source, ManifestEntry manifest) {
        Digest digest = manifest.digest();
        if (!seen.add(digest) || target.manifest(digest).isPresent()) {
            return Stream.empty();
        }
        Manifest parsed = manifests.parsed(manifest);
        Stream<Changes> children = parsed.manifests().stream()
                .flatMap(child -> source.manifest(child)
                        .map(entry -> manifest(source, entry))
                        .orElseGet(() -> recovered(child)));
        Stream<Changes> blobs = parsed.blobs().stream()
                .flatMap(blob -> blob(source, blob, digest).stream())
                .filter(blob -> seenBlobs.add(blob.digest()))
                .map(blob -> row(blob, target.blobInVersion(blob.digest())));
        Stream<Changes> referrer = manifest.subject().stream()
                .flatMap(subject -> source.referrer(subject, digest).stream())
                .map(entry -> row(entry, Optional.<ReferrerEntry>empty()));
        Changes row = row(manifest, Optional.<ManifestEntry>empty());
        return Stream.of(children, blobs, Stream.of(row), uses(digest, parsed), referrer)
                .flatMap(steps -> steps);
    }

    /** Copies a manifest that the target had and lost, if it did. */
    private Stream<Changes> recovered(Digest manifest) {
        return recovery.filter(lost -> target.manifest(manifest).isEmpty())
                .flatMap(lost -> lost.lastWith(manifest))
                .map(view -> manifest(view, view.manifest(manifest).orElseThrow()))
                .orElse(Stream.empty());
    }

    private Optional<BlobEntry> blob(RepositoryView source, Digest blob, Digest manifest) {
        Optional<BlobEntry> held = source.blobInVersion(blob);
        if (held.isEmpty() && recovery.isPresent() && target.blobInVersion(blob).isEmpty()) {
            throw new EntityUnknown("blob", blob + ", which manifest " + manifest + " names. Try again");
        }
        return held;
    }

    /** @param difference from what the target shows to what it shall show */
    Stream<Changes> apply(Difference difference) {
        if (difference.added().isEmpty()) {
            return Stream.of(new Changes().remove(difference.removed().orElseThrow(), target, now));
        }
        Content wanted = difference.added().get();
        Stream<Changes> row = Stream.of(row(wanted, difference.removed()));
        return isForeign(wanted) && wanted instanceof ManifestEntry manifest
                ? Stream.concat(row, uses(manifest.digest(), manifests.parsed(manifest)))
                : row;
    }

    private Changes row(Content wanted, Optional<? extends Content> there) {
        if (Difference.between(wanted, there.map(row -> row), Optional.of(wanted))
                .findAny()
                .isEmpty()) {
            return new Changes();
        }
        Changes changes = new Changes().set(wanted.copyTo(target.repository(), target.nextVersion()), there);
        if (isForeign(wanted)) {
            wanted.unit().ifPresent(unit -> changes.with(RepositoryContent.put(unit, target.repository(), now)));
        }
        if (wanted instanceof BlobEntry blob) {
            blob.origin()
                    .map(BlobOrigin::remote)
                    .filter(needed::add)
                    .ifPresent(remote -> changes.with(new OriginUse(remote, target.repository()).put()));
        }
        return changes;
    }

    /** Copies a blob by itself. */
    Changes blob(BlobEntry wanted) {
        return row(wanted, target.blobInVersion(wanted.digest()));
    }

    /** The reference rows of a manifest. They follow its row, by which an interrupted change is swept. */
    private Stream<Changes> uses(Digest manifest, Manifest parsed) {
        return parsed.named().stream()
                .map(content -> new Changes().with(new ContentUse(target.repository(), content, manifest).put()));
    }

    private boolean isForeign(Content row) {
        return !row.repository().equals(target.repository());
    }
}
