package dev.lading.imports;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.document.DocumentEntry.BlobChange;
import dev.lading.bundle.document.DocumentEntry.ChangeEntry;
import dev.lading.bundle.document.DocumentEntry.ManifestChange;
import dev.lading.bundle.document.DocumentEntry.TagChange;
import dev.lading.content.ManifestService;
import dev.lading.history.Changes;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.oci.Digest;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes a repository's rows of what a bundle says was changed, from staged content and what the base holds. */
final class ImportedRows {
    private final ManifestService manifests;
    private final BundleDocument document;
    private final RepositoryView staged;
    private final RepositoryView base;
    private final Instant now;

    /** @param base a version of the target that holds what is not in the bundle */
    ImportedRows(
            ManifestService manifests,
            BundleDocument document,
            RepositoryView staged,
            RepositoryView base,
            Instant now) {
        this.manifests = manifests;
        this.document = document;
        this.staged = staged;
        this.base = base;
        this.now = now;
    }

    /**
     * Steps that make a change.
     *
     * @param before the version to change, whose next one the rows are of
     * @param added manifests that the same version adds
     * @throws BundleRefused if what it needs is nowhere
     */
    Stream<Changes> set(RepositoryView before, ChangeEntry change, Set<Digest> added) {
        return switch (change) {
            case ManifestChange manifest -> manifest.removed() ? remove(before, manifest) : add(before, manifest);
            case BlobChange blob -> Stream.of(blob.removed() ? remove(before, blob) : add(before, blob));
            case TagChange tag -> Stream.of(tag(before, tag, added));
        };
    }

    private <T> Optional<T> find(Function<RepositoryView, Optional<T>> look) {
        return look.apply(staged).or(() -> look.apply(base));
    }

    private Stream<Changes> add(RepositoryView before, ManifestChange change) {
        Digest digest = change.digest();
        if (before.manifest(digest).isPresent()) {
            return Stream.empty();
        }
        ManifestEntry manifest = find(view -> view.manifest(digest)).orElseThrow(() -> nowhere("manifest " + digest));
        Stream<Changes> uses = manifests.parsed(manifest).named().stream()
                .map(content -> new Changes().with(new ContentUse(before.repository(), content, digest).put()));
        Stream<Changes> referrer = manifest.subject().stream()
                .flatMap(subject -> find(view -> view.referrer(subject, digest)).stream())
                .map(row -> put(before, row, Optional.<ReferrerEntry>empty()));
        // The row goes before the uses, by which an interrupted import is swept.
        return Stream.of(Stream.of(put(before, manifest, Optional.<ManifestEntry>empty())), uses, referrer)
                .flatMap(steps -> steps);
    }

    private Changes add(RepositoryView before, BlobChange change) {
        Optional<BlobEntry> there = before.blobInVersion(change.digest());
        if (there.filter(BlobEntry::isHeld).isPresent()) {
            return new Changes();
        }
        Optional<BlobEntry> blob = find(view -> view.blobInVersion(change.digest()));
        if (blob.isEmpty() && !document.isMissing(change.digest())) {
            throw nowhere("blob " + change.digest());
        }
        return blob.map(row -> put(before, row, there)).orElseGet(Changes::new);
    }

    private Changes put(RepositoryView before, Content row, Optional<? extends Content> there) {
        Changes changes = new Changes().set(row.copyTo(before.repository(), before.nextVersion()), there);
        row.unit().ifPresent(unit -> changes.with(RepositoryContent.put(unit, before.repository(), now)));
        return changes;
    }

    private Changes tag(RepositoryView before, TagChange change, Set<Digest> added) {
        if (change.digest().isEmpty()) {
            return before.tagEntry(change.tag())
                    .map(row -> removed(before, row))
                    .orElseGet(Changes::new);
        }
        Digest digest = change.digest().get();
        if (before.tag(change.tag()).filter(digest::equals).isPresent()) {
            return new Changes();
        }
        if (!added.contains(digest) && before.manifest(digest).isEmpty()) {
            throw new BundleRefused("the bundle sets tag '" + change.tag() + "' on manifest " + digest
                    + ", which its version does not have");
        }
        return new Changes().tag(before, change.tag(), digest, now);
    }

    private static Stream<Changes> remove(RepositoryView before, ManifestChange change) {
        Optional<ManifestEntry> there = before.manifest(change.digest());
        Stream<Changes> referrer = there.flatMap(ManifestEntry::subject).stream()
                .flatMap(subject -> before.referrer(subject, change.digest()).stream())
                .map(row -> removed(before, row));
        return Stream.concat(there.map(row -> removed(before, row)).stream(), referrer);
    }

    private static Changes remove(RepositoryView before, BlobChange change) {
        return before.blobInVersion(change.digest())
                .map(row -> removed(before, row))
                .orElseGet(Changes::new);
    }

    /** Without a pending row, since nobody may see before the others that a version of the past is there. */
    static Changes removed(RepositoryView before, Content row) {
        return new Changes().add(row.removedAt(before.nextVersion()));
    }

    private static BundleRefused nowhere(String what) {
        return new BundleRefused("the bundle names " + what + ", which is neither in it nor in what it follows");
    }
}
