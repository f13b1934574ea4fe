package dev.lading.curation;

import dev.lading.blob.BlobRecord;
import dev.lading.content.ContentService;
import dev.lading.history.Changes;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.repository.VersionService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Adds content units to the newest version of a repository, from any versions that hold them. */
final class Addition {
    /** Limit on source versions, each of which is checked in every transaction. */
    private static final int MAX_SOURCES = 10;

    private final ContentService content;
    private final VersionService versions;
    private final Copy copy;
    private final RepositoryView target;
    private final Predicate<RepositoryId> readable;
    private final Instant now;
    private final List<SourceVersion> sources = new ArrayList<>();

    /** @param readable repositories to take from: one may list blobs that another holds */
    Addition(
            ContentService content,
            VersionService versions,
            Copy copy,
            RepositoryView target,
            Predicate<RepositoryId> readable,
            Instant now) {
        this.content = content;
        this.versions = versions;
        this.copy = copy;
        this.target = target;
        this.readable = readable;
        this.now = now;
    }

    /** Steps of the addition; must be called before {@link #fence}. */
    List<Changes> steps(List<ContentUnit> units) {
        return units.stream().flatMap(this::steps).toList();
    }

    private Stream<Changes> steps(ContentUnit unit) {
        return switch (unit.kind()) {
            case BLOB -> Stream.of(blob(unit));
            case MANIFEST -> manifest(unit.digest());
            case TAG ->
                Stream.concat(
                        manifest(unit.digest()), Stream.of(new Changes().tag(target, unit.tag(), unit.digest(), now)));
        };
    }

    private Stream<Changes> manifest(Digest digest) {
        if (target.manifest(digest).isPresent()) {
            return Stream.empty();
        }
        RepositoryView source = source(digest).view();
        return copy.manifest(source, source.manifest(digest).orElseThrow());
    }

    private Changes blob(ContentUnit unit) {
        if (target.blobInVersion(unit.digest()).isPresent()) {
            return new Changes();
        }
        BlobEntry row = content.blobRow(unit.digest(), readable).orElseThrow(() -> gone(unit.digest()));
        Changes changes = copy.blob(row);
        // Bytes that may be given up are checked with every version.
        if (row.isHeld() && row.origin().isEmpty()) {
            BlobRecord bytes = content.blob(unit.digest()).orElseThrow(() -> gone(unit.digest()));
            changes.with(bytes.use());
        }
        return changes;
    }

    private SourceVersion source(Digest manifest) {
        Optional<SourceVersion> known = sources.stream()
                .filter(source -> source.view().manifest(manifest).isPresent())
                .findFirst();
        if (known.isPresent()) {
            return known.get();
        }
        if (sources.size() == MAX_SOURCES) {
            throw new FieldInvalid(
                    "content_units", "Add content of at most " + MAX_SOURCES + " repository versions at once.");
        }
        RepositoryVersion version = content.versionWith(manifest, readable).orElseThrow(() -> gone(manifest));
        var found = new SourceVersion(version, versions.view(version.repository(), version.version()));
        sources.add(found);
        return found;
    }

    private static FieldInvalid gone(Digest digest) {
        return new FieldInvalid("content_units", "No repository version has " + digest + " any more.");
    }

    List<Write> fence() {
        return sources.stream().map(SourceVersion::fence).toList();
    }
}
