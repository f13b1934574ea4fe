package dev.lading.curation;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.commit.Progress;
import dev.lading.commit.Staging;
import dev.lading.content.ManifestService;
import dev.lading.curation.StagedContent.TagOn;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.ManifestInvalid;
import dev.lading.upload.Chunk;
import dev.lading.upload.UploadService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Content that the registry makes itself: staged piece by piece, in any order, and then committed as one version.
 * {@link StagingService#begin} opens one; closing it gives up what was not committed.
 */
public final class StagingArea implements AutoCloseable {
    private final Staging staging;
    private final MetadataStore store;
    private final ManifestService manifests;
    private final UploadService uploads;
    private final CurationService curation;
    private final InstantSource clock;

    StagingArea(
            Staging staging,
            MetadataStore store,
            ManifestService manifests,
            UploadService uploads,
            CurationService curation,
            InstantSource clock) {
        this.staging = staging;
        this.store = store;
        this.manifests = manifests;
        this.uploads = uploads;
        this.curation = curation;
        this.clock = clock;
    }

    /** Which area this is, for whoever goes on with it when it was left open. */
    public Staging staging() {
        return staging;
    }

    /** Stages a blob that is in memory. */
    public Descriptor blob(MediaType type, byte[] content) throws IOException {
        var described = Descriptor.of(type, content);
        blob(described, new ByteArrayInputStream(content));
        return described;
    }

    /**
     * Stages a blob that was described before it is read.
     *
     * @throws DigestInvalid if the content is another
     */
    public void blob(Descriptor described, InputStream content) throws IOException {
        finish(
                uploads.begin().key(),
                new Chunk(OptionalLong.empty(), OptionalLong.of(described.sizeBytes()), content),
                described.digest());
    }

    /** Stages a blob whose digest nobody knows before it is read; closes the content. */
    public Descriptor blob(MediaType type, InputStream content) throws IOException {
        try (content) {
            return blob(type, ReceivedBlob.of(content, uploads));
        }
    }

    /** Stages a blob that was received before it was known what for. */
    public Descriptor blob(MediaType type, ReceivedBlob received) throws IOException {
        finish(received.upload(), Chunk.EMPTY, received.digest());
        return new Descriptor(type, received.digest(), received.sizeBytes());
    }

    private void finish(BlobKey upload, Chunk rest, Digest digest) throws IOException {
        uploads.finish(upload, rest, digest, bytes -> staging.blob(bytes, clock.instant()));
    }

    /** Stages a blob whose bytes the registry has, whoever they are of: who may have them is the caller's to know. */
    public void kept(Digest blob) {
        write(() -> {
            BlobRecord bytes = uploads.kept(blob);
            List<Write> writes = new ArrayList<>(staging.blob(bytes, clock.instant()));
            writes.add(bytes.use());
            return writes;
        });
    }

    /**
     * Links blobs of another repository's version, as it holds them: the bytes, or where they can be had. It is passed
     * over what the version does not have.
     */
    public void link(RepositoryView from, Collection<Digest> blobs) {
        blobs.stream()
                .flatMap(digest -> from.blobInVersion(digest).stream())
                .forEach(blob -> write(() -> linked(blob)));
    }

    private List<Write> linked(BlobEntry blob) {
        List<Write> writes = new ArrayList<>();
        writes.add(blob.copyTo(staging.id(), 0).put());
        blob.unit().ifPresent(unit -> writes.add(RepositoryContent.put(unit, staging.id(), clock.instant())));
        if (blob.isHeld()) {
            writes.add(uploads.kept(blob.digest()).use());
        }
        return writes;
    }

    /**
     * Stages a manifest or an index. What it names is staged as well before the commit, or the repository has it.
     *
     * @throws ManifestInvalid if it is none
     */
    public Descriptor manifest(MediaType type, byte[] body) {
        var described = Descriptor.of(type, body);
        Manifest manifest = Manifest.parse(body, Optional.of(type));
        write(() -> {
            try {
                return manifests.stage(staging, described.digest(), manifest, body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return described;
    }

    private void write(Supplier<List<Write>> writes) {
        var _ = OptimisticRetry.until(
                clock, () -> store.writeUnsynced(writes.get()) ? Optional.of(true) : Optional.empty());
    }

    /**
     * Commits staged manifests, each with all that it names, and tags on them.
     *
     * @param manifests indexes, images and referrers; those that an index lists come with it
     * @param note of the version; empty: it says nothing of itself
     * @return the version that has them all
     * @throws EntityUnknown if a blob that one names is neither staged nor in the repository
     */
    public long commit(
            RepositoryId repository,
            List<Digest> manifests,
            Set<TagOn> tags,
            Optional<VersionNote> note,
            Progress progress) {
        return curation.take(repository, new StagedManifests(staging, manifests, tags, note), progress);
    }

    /** Commits as a version that says nothing of itself. */
    public long commit(RepositoryId repository, List<Digest> manifests, Set<TagOn> tags, Progress progress) {
        return commit(repository, manifests, tags, Optional.empty(), progress);
    }

    @Override
    public void close() {
        store.write(staging.letGo(clock.instant()));
    }
}
