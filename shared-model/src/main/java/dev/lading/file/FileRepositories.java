package dev.lading.file;

import dev.lading.blob.BlobStore;
import dev.lading.commit.Progress;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.curation.CurationService;
import dev.lading.curation.StagingArea;
import dev.lading.curation.StagingService;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Repositories of files. Each version is one commit, which puts one artifact that names all of its files in place of
 * the one before: what versions, clean-up and deletion do for images, they do for files.
 */
public final class FileRepositories {
    private static final int HOLDERS = 100;

    /** Artifacts of one repository in which a file is looked for; the others with its bytes hold it elsewhere. */
    private static final int ARTIFACTS = 20;

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final ContentService content;
    private final ManifestService manifests;
    private final BlobStore blobs;
    private final CurationService curation;
    private final StagingService stagings;

    public FileRepositories(
            MetadataStore store,
            RepositoryService repositories,
            VersionService versions,
            ContentService content,
            ManifestService manifests,
            BlobStore blobs,
            CurationService curation,
            StagingService stagings) {
        this.store = store;
        this.repositories = repositories;
        this.versions = versions;
        this.content = content;
        this.manifests = manifests;
        this.blobs = blobs;
        this.curation = curation;
        this.stagings = stagings;
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
        try (StagingArea area = stagings.open(change.staging())) {
            if (after.equals(before)) {
                return newest.version();
            }
            requireApart(after);
            return after.isEmpty()
                    ? curation.clear(change.repository(), progress)
                    : curation.take(change.repository(), staged(area, change, after), progress);
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

    private static StagedFiles staged(StagingArea area, FileChange change, SortedMap<RelativePath, StoredFile> files)
            throws IOException {
        byte[] body = FileArtifact.manifest(files);
        area.blob(FileArtifact.EMPTY, FileArtifact.CONFIGURATION);
        change.added().stream().map(StoredFile::digest).distinct().forEach(area::kept);
        return new StagedFiles(
                area.staging(), area.manifest(MediaType.OCI_MANIFEST, body).digest());
    }
}
