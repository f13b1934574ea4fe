package dev.lading.file;

import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.commit.Progress;
import dev.lading.commit.Staging;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.curation.CurationService;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.upload.Chunk;
import dev.lading.upload.Upload;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Repositories of files. Each version is one commit, which puts one artifact that names all of its files in place of
 * the one before: what versions, clean-up and deletion do for images, they do for files.
 */
public final class FileRepositories {
    /** When the clean-up takes what no task has taken. */
    private static final Duration KEPT = Duration.ofDays(1);

    private static final int HOLDERS = 100;

    /** Artifacts of one repository in which a file is looked for; the others with its bytes hold it elsewhere. */
    private static final int ARTIFACTS = 20;

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final ContentService content;
    private final ManifestService manifests;
    private final UploadService uploads;
    private final BlobStore blobs;
    private final CurationService curation;
    private final InstantSource clock;

    public FileRepositories(
            MetadataStore store,
            RepositoryService repositories,
            VersionService versions,
            ContentService content,
            ManifestService manifests,
            UploadService uploads,
            BlobStore blobs,
            CurationService curation,
            InstantSource clock) {
        this.store = store;
        this.repositories = repositories;
        this.versions = versions;
        this.content = content;
        this.manifests = manifests;
        this.uploads = uploads;
        this.blobs = blobs;
        this.curation = curation;
        this.clock = clock;
    }

    /** The files of a version of a repository of files. */
    public FileVersion files(RepositoryView version) {
        return artifact(version, version.tag(StagedFiles.LATEST).flatMap(version::manifest));
    }

    /**
     * The files of an artifact in a version of any repository.
     *
     * @throws FieldInvalid if a title is no relative path, or two layers have one
     */
    public FileVersion files(RepositoryView version, ManifestEntry artifact) {
        return artifact(version, Optional.of(artifact));
    }

    private FileVersion artifact(RepositoryView version, Optional<ManifestEntry> artifact) {
        return FileVersion.of(version, artifact, manifests, blobs);
    }

    /** A file by its id, from any version of a repository of files that is readable. */
    public Optional<StoredFile> find(UUID id, Predicate<Repository> readable) {
        return store.stream(RepositoryContent.TABLE, RepositoryContent.identified(ContentKind.BLOB, id, HOLDERS))
                .filter(holder -> repositories
                        .find(RepositoryKind.FILE, holder.repository())
                        .filter(readable)
                        .isPresent())
                .flatMap(holder -> store
                        .query(
                                ContentUse.TABLE,
                                ContentUse.of(holder.repository(), holder.unit().digest(), ARTIFACTS))
                        .records()
                        .stream())
                .flatMap(use -> content.manifest(use.manifest()).stream())
                .flatMap(artifact -> FileVersion.files(artifact, manifests).values().stream())
                .filter(file -> file.id().equals(id))
                .findFirst();
    }

    /** Receives bytes, which the sweep of uploads takes unless they are staged or dropped. */
    public ReceivedFile receive(InputStream bytes) throws IOException {
        Upload upload = uploads.begin();
        MessageDigest hash = Digest.hasher(Digest.SHA256);
        long sizeBytes = uploads.append(
                upload.key(),
                new Chunk(OptionalLong.empty(), OptionalLong.empty(), new DigestInputStream(bytes, hash)));
        return new ReceivedFile(upload.key(), Digest.finish(Digest.SHA256, hash.digest()), sizeBytes);
    }

    public void drop(ReceivedFile received) throws IOException {
        uploads.cancel(received.upload());
    }

    /** An area where what is added may wait for a day. */
    public Staging stage() {
        var staging = Staging.begin(clock.instant());
        store.write(staging.letGo(clock.instant().plus(KEPT)));
        return staging;
    }

    public StoredFile stage(Staging staging, RelativePath path, ReceivedFile received) throws IOException {
        uploads.finish(
                received.upload(), Chunk.EMPTY, received.digest(), bytes -> staging.blob(bytes, clock.instant()));
        return new StoredFile(path, received.digest(), received.sizeBytes());
    }

    /**
     * Makes a version, or finds that the newest has it all.
     *
     * @return the version that has it
     * @throws FieldInvalid if there would be too many files
     */
    public long change(FileChange change, Progress progress) throws IOException {
        RepositoryView newest = versions.newest(change.repository());
        SortedMap<RelativePath, StoredFile> before = files(newest).files();
        SortedMap<RelativePath, StoredFile> after = change.all() ? new TreeMap<>() : new TreeMap<>(before);
        change.removed().forEach(file -> after.remove(file.path(), file));
        change.added().forEach(file -> after.put(file.path(), file));
        try {
            if (after.equals(before)) {
                return newest.version();
            }
            requireApart(after);
            return after.isEmpty()
                    ? curation.clear(change.repository(), progress)
                    : curation.take(change.repository(), staged(change, after), progress);
        } finally {
            store.write(change.staging().letGo(clock.instant()));
        }
    }

    /** No file is also a folder. */
    private static void requireApart(SortedMap<RelativePath, StoredFile> files) {
        for (RelativePath path : files.keySet()) {
            for (int slash = path.value().indexOf('/');
                    slash >= 0;
                    slash = path.value().indexOf('/', slash + 1)) {
                var folder = new RelativePath(path.value().substring(0, slash));
                if (files.containsKey(folder)) {
                    throw new FieldInvalid(
                            RelativePath.FIELD, "'" + folder + "' is a file, and '" + path + "' would be below it.");
                }
            }
        }
    }

    private StagedFiles staged(FileChange change, SortedMap<RelativePath, StoredFile> files) throws IOException {
        byte[] body = FileArtifact.manifest(files);
        uploads.keep(FileArtifact.CONFIGURATION_DIGEST, FileArtifact.CONFIGURATION);
        stage(change.staging(), FileArtifact.CONFIGURATION_DIGEST);
        change.added().stream().map(StoredFile::digest).distinct().forEach(digest -> stage(change.staging(), digest));
        Digest digest = Digest.of(Digest.SHA256, body);
        Manifest manifest = Manifest.parse(body, Optional.of(MediaType.OCI_MANIFEST));
        write(() -> {
            try {
                return manifests.stage(change.staging(), digest, manifest, body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return new StagedFiles(change.staging(), digest);
    }

    private void stage(Staging staging, Digest digest) {
        write(() -> {
            BlobRecord bytes = uploads.kept(digest);
            List<Write> writes = new ArrayList<>(staging.blob(bytes, clock.instant()));
            writes.add(bytes.use());
            return writes;
        });
    }

    private void write(Supplier<List<Write>> writes) {
        var _ = OptimisticRetry.until(
                clock, () -> store.writeUnsynced(writes.get()) ? Optional.of(true) : Optional.empty());
    }
}
