package dev.lading.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.blob.BlobStore;
import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files of an artifact in a version of any repository: its layers that have a title, which is their path. */
public final class FileVersion {
    static final String TITLE = "org.opencontainers.image.title";

    private final RepositoryView view;
    private final BlobStore blobs;
    private final SortedMap<RelativePath, StoredFile> files;

    private FileVersion(RepositoryView view, BlobStore blobs, SortedMap<RelativePath, StoredFile> files) {
        this.view = view;
        this.blobs = blobs;
        this.files = files;
    }

    /**
     * @param artifact empty: there are no files
     * @throws FieldInvalid if a title is no relative path, or two layers have one
     */
    static FileVersion of(
            RepositoryView view, Optional<ManifestEntry> artifact, ManifestService manifests, BlobStore blobs) {
        return new FileVersion(
                view, blobs, artifact.map(entry -> files(entry, manifests)).orElseGet(TreeMap::new));
    }

    static SortedMap<RelativePath, StoredFile> files(ManifestEntry artifact, ManifestService manifests) {
        SortedMap<RelativePath, StoredFile> files = new TreeMap<>();
        try (ParseRoom _ = ParseRoom.take((int) artifact.sizeBytes())) {
            JsonNode document = ParseRoom.JSON.readTree(manifests.body(artifact));
            for (JsonNode layer : document.path(document.has("blobs") ? "blobs" : "layers")) {
                JsonNode title = layer.path("annotations").path(TITLE);
                if (title.isTextual()) {
                    var file = new StoredFile(
                            new RelativePath(title.textValue()),
                            Digest.parse(layer.path("digest").asText()),
                            layer.path("size").longValue());
                    if (files.put(file.path(), file) != null) {
                        throw new FieldInvalid(RelativePath.FIELD, "Two layers are '" + file.path() + "'.");
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read manifest " + artifact.digest(), e);
        }
        return files;
    }

    /** By path, in order. */
    public SortedMap<RelativePath, StoredFile> files() {
        return files;
    }

    /**
     * The bytes of one of the files; the caller closes the stream.
     *
     * @throws EntityUnknown if they were not fetched yet
     */
    public InputStream open(StoredFile file) throws IOException {
        if (file.digest().equals(EmptyLayer.DIGEST)) {
            // A manifest that names it does not make its repository hold it.
            return new ByteArrayInputStream(EmptyLayer.bytes());
        }
        BlobEntry blob = view.blobInVersion(file.digest())
                .filter(BlobEntry::isHeld)
                .orElseThrow(
                        () -> new EntityUnknown("content", "here of '" + file.path() + "'; it was not fetched yet"));
        return blob.open(blobs);
    }
}
