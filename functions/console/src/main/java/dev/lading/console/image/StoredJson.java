package dev.lading.console.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lading.content.BlobService;
import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.management.api.Json;
import dev.lading.oci.Digest;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Reads the JSON of manifests and small blobs. */
@Singleton
public class StoredJson {
    private static final int MAX_BYTES = 1024 * 1024;

    private final ManifestService manifests;
    private final BlobService blobs;

    public StoredJson(ManifestService manifests, BlobService blobs) {
        this.manifests = manifests;
        this.blobs = blobs;
    }

    /**
     * A blob's document.
     *
     * @param problem how a sentence about it goes on that says why there is none; empty: there is one
     */
    record Document(JsonNode json, String problem) {
        static final Document NONE = new Document(MissingNode.getInstance(), "");

        private static Document missing(String problem) {
            return new Document(MissingNode.getInstance(), problem);
        }

        boolean isRead() {
            return !json.isMissingNode();
        }
    }

    JsonNode manifest(ManifestEntry entry) {
        try {
            return Json.parse(manifests.body(entry));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read manifest " + entry.digest(), e);
        }
    }

    /** Costs one read, and that of the bytes. Whatever is wrong with them breaks nothing. */
    Document blob(RepositoryView view, Digest digest) {
        Optional<BlobEntry> found = view.blobInVersion(digest);
        if (found.isEmpty()) {
            return Document.missing("is not in this repository");
        }
        BlobEntry blob = found.get();
        if (!blob.isHeld()) {
            return Document.missing("was not fetched from its upstream yet; the first pull does that");
        }
        if (blob.sizeBytes() > MAX_BYTES) {
            return Document.missing("is larger than 1 MiB, and is not shown");
        }
        byte[] bytes;
        try (InputStream in = blobs.read(blob.key().orElseThrow(), 0, blob.sizeBytes())) {
            bytes = in.readNBytes(MAX_BYTES);
        } catch (IOException e) {
            return Document.missing("cannot be read: its bytes are not where they should be");
        }
        try {
            return new Document(Json.parse(bytes), "");
        } catch (IOException e) {
            return Document.missing("is not JSON");
        }
    }
}
