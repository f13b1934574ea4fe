package dev.lading.content;

import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.blob.Download;
import dev.lading.commit.Staging;
import dev.lading.history.Changes;
import dev.lading.history.Pull;
import dev.lading.history.RepositoryView;
import dev.lading.history.RepositoryView.HeldBlob;
import dev.lading.history.RepositoryView.Listing;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Write;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.Reference;
import dev.lading.oci.Reference.ByDigest;
import dev.lading.oci.Reference.ByTag;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.ManifestBlobUnknown;
import dev.lading.oci.RegistryException.ManifestInUse;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.repository.RepositoryService;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Pushes, pulls and deletes of manifests, tags and referrers; each change makes a repository version. */
public final class ManifestService {
    /** Largest body kept in its row: a record takes 400 KB, and reading one is charged by its size. */
    private static final int INLINE_BYTES = 256 * 1024;

    /** Limit on concurrent reads of bodies that are not inline: each may have {@link Manifest#MAX_BYTES}. */
    private static final Semaphore LARGE_READS = new Semaphore(8, true);

    /** Life of a URL that no client is redirected to; a signature must have one. */
    private static final Duration UNUSED_FOR = Duration.ofMinutes(1);

    private final RepositoryService repositories;
    private final UploadService uploads;
    private final BlobStore blobs;
    private final InstantSource clock;

    public ManifestService(
            RepositoryService repositories, UploadService uploads, BlobStore blobs, InstantSource clock) {
        this.repositories = repositories;
        this.uploads = uploads;
        this.blobs = blobs;
        this.clock = clock;
    }

    /** The result of a push. */
    public record Pushed(Digest digest, long version, Optional<Digest> subject) {}

    public ManifestEntry get(Pull pull, Reference reference) {
        return pull.view()
                .flatMap(view -> digest(view, reference).flatMap(view::manifest))
                .orElseThrow(() -> new ManifestUnknown(pull.name(), reference));
    }

    private static Optional<Digest> digest(RepositoryView view, Reference reference) {
        return switch (reference) {
            case ByDigest(Digest digest) -> Optional.of(digest);
            case ByTag(Tag tag) -> view.tag(tag);
        };
    }

    public Manifest parsed(ManifestEntry manifest) {
        try {
            return Manifest.parse(body(manifest), Optional.of(manifest.mediaType()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read manifest " + manifest.digest(), e);
        }
    }

    /** The file with the exact bytes, if there is one; a large manifest is then sent without a copy. */
    public Optional<Path> file(ManifestEntry manifest) {
        return manifest.bodyKey()
                .map(key -> blobs.download(key, UNUSED_FOR))
                .filter(Download.LocalFile.class::isInstance)
                .map(download -> ((Download.LocalFile) download).path());
    }

    /** The exact bytes that were pushed. */
    public byte[] body(ManifestEntry manifest) throws IOException {
        if (manifest.body().isPresent()) {
            return manifest.body().get().getBytes(StandardCharsets.UTF_8);
        }
        LARGE_READS.acquireUninterruptibly();
        try (InputStream bytes = blobs.read(manifest.bodyKey().orElseThrow(), 0, manifest.sizeBytes())) {
            return bytes.readAllBytes();
        } finally {
            LARGE_READS.release();
        }
    }

    /**
     * Stores a manifest, and the tags on it, as the next version of its repository. Idempotent: pushing what is there
     * makes no version. Source: distribution-spec v1.1, "Pushing manifests".
     *
     * @param tags to set besides {@code reference}
     * @throws ManifestBlobUnknown if it refers to blobs or manifests the repository lacks
     */
    public Pushed put(
            RepositoryName name, Reference reference, List<Tag> tags, Optional<MediaType> contentType, byte[] body)
            throws IOException {
        Digest digest = verify(reference, body);
        Manifest manifest = Manifest.parse(body, contentType);
        Set<Tag> allTags = new LinkedHashSet<>(tags);
        if (reference instanceof ByTag(Tag tag)) {
            allTags.add(tag);
        }
        RepositoryId repository = repositories.getOrCreate(name);
        boolean inline = body.length <= INLINE_BYTES;
        if (!inline) {
            uploads.keep(digest, body);
        }
        long version = repositories.commit(repository, newest -> {
            Changes changes = new Changes();
            if (newest.manifest(digest).isEmpty()) {
                Optional<BlobRecord> bytes = inline ? Optional.empty() : Optional.of(uploads.kept(digest));
                List<HeldBlob> held = requireContent(name, newest, manifest);
                addBlobs(changes, newest, held, digest);
                addManifest(changes, newest, digest, manifest, body, bytes);
            }
            allTags.forEach(tag -> changes.tag(newest, tag, digest, clock.instant()));
            return changes;
        });
        return new Pushed(digest, version, manifest.subject());
    }

    /**
     * Stores a manifest that an upstream has, and tags on it, as the next version of a repository. Blobs that the
     * repository lacks are listed, to be fetched from their origin; children and a subject may be missing. Idempotent.
     *
     * @param digest the verified digest of the body
     */
    public long list(
            RepositoryId repository, Digest digest, Manifest manifest, byte[] body, Set<Tag> tags, BlobOrigin origin)
            throws IOException {
        boolean inline = body.length <= INLINE_BYTES;
        if (!inline) {
            uploads.keep(digest, body);
        }
        return repositories.commit(repository, newest -> {
            Changes changes = new Changes();
            if (newest.manifest(digest).isEmpty()) {
                Optional<BlobRecord> bytes = inline ? Optional.empty() : Optional.of(uploads.kept(digest));
                listBlobs(changes, newest, manifest, digest, origin);
                addManifest(changes, newest, digest, manifest, body, bytes);
            }
            tags.forEach(tag -> changes.tag(newest, tag, digest, clock.instant()));
            return changes;
        });
    }

    private void listBlobs(Changes changes, RepositoryView newest, Manifest manifest, Digest user, BlobOrigin origin) {
        List<HeldBlob> held = new ArrayList<>();
        for (Descriptor blob : manifest.content()) {
            Optional<HeldBlob> there = newest.blob(blob.digest());
            there.ifPresentOrElse(held::add, () -> {
                ContentUnit unit = newest.unitOf(ContentKind.BLOB, blob.digest().toString(), clock.instant());
                changes.add(
                        BlobEntry.listed(newest.repository(), unit, newest.nextVersion(), blob.sizeBytes(), origin));
                changes.with(RepositoryContent.put(unit, newest.repository(), clock.instant()));
                changes.with(new ContentUse(newest.repository(), blob.digest(), user).put());
            });
        }
        addBlobs(changes, newest, held, user);
    }

    private static Digest verify(Reference reference, byte[] body) {
        if (reference instanceof ByDigest(Digest named)) {
            Digest found = Digest.of(named.algorithm(), body);
            if (!found.equals(named)) {
                throw new DigestInvalid(named, found);
            }
            return named;
        }
        return Digest.of(Digest.SHA256, body);
    }

    /** The blobs a manifest refers to. A missing subject is no error: it may be pushed after its referrers. */
    private static List<HeldBlob> requireContent(RepositoryName name, RepositoryView newest, Manifest manifest) {
        List<HeldBlob> held = new ArrayList<>();
        List<Digest> missing = new ArrayList<>();
        for (Digest blob : manifest.blobs()) {
            newest.blob(blob).ifPresentOrElse(held::add, () -> missing.add(blob));
        }
        manifest.manifests().stream()
                .filter(child -> newest.manifest(child).isEmpty())
                .forEach(missing::add);
        if (!missing.isEmpty()) {
            throw new ManifestBlobUnknown(name, missing);
        }
        return held;
    }

    private static void addBlobs(Changes changes, RepositoryView newest, List<HeldBlob> blobs, Digest manifest) {
        for (HeldBlob blob : blobs) {
            if (!blob.inVersion() || blob.fillsVersion()) {
                changes.set(blob.entry().at(newest.nextVersion(), true), blob.row());
            }
            changes.with(new ContentUse(newest.repository(), blob.entry().digest(), manifest).put());
        }
    }

    private void addManifest(
            Changes changes,
            RepositoryView newest,
            Digest digest,
            Manifest manifest,
            byte[] body,
            Optional<BlobRecord> bytes) {
        RepositoryId repository = newest.repository();
        ContentUnit unit = newest.unitOf(ContentKind.MANIFEST, digest.toString(), clock.instant());
        rows(repository, newest.nextVersion(), unit, manifest, body, bytes).forEach(changes::add);
        changes.with(RepositoryContent.put(unit, repository, clock.instant()));
        bytes.ifPresent(record -> changes.with(record.use()));
        manifest.manifests().forEach(child -> changes.with(new ContentUse(repository, child, digest).put()));
    }

    /** The rows of a manifest and of its subject's referrer. */
    private static List<Content> rows(
            RepositoryId repository,
            long version,
            ContentUnit unit,
            Manifest manifest,
            byte[] body,
            Optional<BlobRecord> bytes) {
        List<Content> rows = new ArrayList<>();
        rows.add(new ManifestEntry(
                repository,
                unit.digest(),
                version,
                true,
                unit.id(),
                manifest.mediaType(),
                body.length,
                bytes.isPresent() ? Optional.empty() : Optional.of(new String(body, StandardCharsets.UTF_8)),
                bytes.map(BlobRecord::key),
                manifest.subject()));
        manifest.subject()
                .ifPresent(subject -> rows.add(new ReferrerEntry(
                        repository,
                        subject,
                        version,
                        true,
                        new Descriptor(
                                manifest.mediaType(),
                                unit.digest(),
                                body.length,
                                manifest.artifactType(),
                                ReferrerEntry.shown(manifest.annotations())))));
        return rows;
    }

    /**
     * Writes that stage a manifest, whether what it refers to is there or not. A large body is stored at once.
     *
     * @param digest the verified digest of the body
     */
    public List<Write> stage(Staging staging, Digest digest, Manifest manifest, byte[] body) throws IOException {
        boolean inline = body.length <= INLINE_BYTES;
        if (!inline) {
            uploads.keep(digest, body);
        }
        Optional<BlobRecord> bytes = inline ? Optional.empty() : Optional.of(uploads.kept(digest));
        RepositoryView staged = repositories.view(staging);
        ContentUnit unit = staged.unitOf(ContentKind.MANIFEST, digest.toString(), clock.instant());
        List<Write> writes = new ArrayList<>();
        rows(staging.id(), staged.version(), unit, manifest, body, bytes).forEach(row -> writes.add(row.put()));
        writes.add(RepositoryContent.put(unit, staging.id(), clock.instant()));
        bytes.ifPresent(record -> writes.add(record.use()));
        return writes;
    }

    /**
     * Removes, in the next version, a tag, or a manifest with every tag on it and the blobs that no other manifest
     * refers to. The manifests of an index stay.
     *
     * @return the version that no longer has it
     * @throws ManifestInUse while an index of the newest version refers to it
     */
    public long delete(RepositoryName name, Reference reference) {
        RepositoryView view = repositories.find(name).orElseThrow(() -> new ManifestUnknown(name, reference));
        return repositories.commit(view.repository(), newest -> {
            var removal = new Removal(newest, this, clock.instant());
            switch (reference) {
                case ByTag(Tag tag) ->
                    removal.tag(newest.tagEntry(tag).orElseThrow(() -> new ManifestUnknown(name, reference)));
                case ByDigest(Digest digest) -> {
                    ManifestEntry manifest =
                            newest.manifest(digest).orElseThrow(() -> new ManifestUnknown(name, reference));
                    requireUnused(newest, digest);
                    removal.manifest(manifest);
                }
            }
            return removal.changes();
        });
    }

    private static void requireUnused(RepositoryView newest, Digest manifest) {
        newest.indexesWith(manifest).findFirst().ifPresent(index -> {
            throw new ManifestInUse(manifest, index);
        });
    }

    /**
     * Tags of the newest or pinned version after {@code last}, in byte order.
     *
     * @throws NameUnknown if nothing is pulled at this name
     */
    public Listing<TagEntry> tags(Pull pull, Optional<Tag> last, int limit) {
        return tags(pull, last.map(Tag::value).orElse(""), limit);
    }

    /** Tags after any text of characters that tags may have. */
    public Listing<TagEntry> tags(Pull pull, String last, int limit) {
        return pull.require().tags(last, limit);
    }

    /**
     * Manifests whose subject is {@code subject}, in the order of their digests. An unknown repository has none:
     * clients ask before they push. Source: distribution-spec v1.1, "Listing referrers".
     */
    public Listing<ReferrerEntry> referrers(Pull pull, Digest subject, Optional<Digest> last, int limit) {
        return referrers(pull, subject, last.map(Digest::toString).orElse(""), limit);
    }

    /** Referrers after any text of characters that digests may have. */
    public Listing<ReferrerEntry> referrers(Pull pull, Digest subject, String last, int limit) {
        return pull.view().map(view -> view.referrers(subject, last, limit)).orElse(new Listing<>(List.of(), false));
    }
}
