package dev.lading.sync;

import dev.lading.blob.BlobKey;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.repository.Staging;
import dev.lading.upload.Upload;
import dev.lading.upload.UploadService;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A blob that is to be fetched; gone once it is stored.
 *
 * @param task of the run that wants it
 * @param sizeBytes as the manifest says
 * @param lane blobs of one lane are fetched one after another
 * @param upload how far it is, of a large one
 * @param failure why the last try failed, of those that are tried again
 */
record SyncBlob(
        Staging staging,
        Digest digest,
        UUID task,
        long sizeBytes,
        int lane,
        Optional<BlobKey> upload,
        Optional<String> failure,
        long revision)
        implements Revised {
    static final Table<SyncBlob> TABLE = new Table<>("sync-blob", SyncBlob.class, b -> key(b.staging(), b.digest()));

    SyncBlob {
        upload = upload == null ? Optional.empty() : upload;
        failure = failure == null ? Optional.empty() : failure;
    }

    static Key key(Staging staging, Digest digest) {
        return new Key(staging.id().toString(), digest.toString());
    }

    static Query all(Staging staging, int limit) {
        return Query.ascending(staging.id().toString(), " ", "~", limit);
    }

    static SyncBlob wanted(Staging staging, Descriptor blob, UUID task, int lane) {
        return new SyncBlob(
                staging, blob.digest(), task, blob.sizeBytes(), lane, Optional.empty(), Optional.empty(), 0);
    }

    /** The same for another run, which goes on where this one is. */
    SyncBlob wantedBy(UUID newTask, Descriptor blob, int newLane) {
        return new SyncBlob(
                staging, digest, newTask, blob.sizeBytes(), newLane, upload, Optional.empty(), revision + 1);
    }

    /** Bytes in the upload; empty: there is none, it was swept, or it has more than the manifest says. */
    OptionalLong uploadedBytes(UploadService uploads) {
        if (upload.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long bytes = uploads.sizeBytes(Upload.NOBODY, upload.get());
            return bytes <= sizeBytes ? OptionalLong.of(bytes) : OptionalLong.empty();
        } catch (UploadUnknown swept) {
            return OptionalLong.empty();
        }
    }

    SyncBlob uploadedTo(BlobKey key) {
        return new SyncBlob(staging, digest, task, sizeBytes, lane, Optional.of(key), failure, revision + 1);
    }

    SyncBlob failed(String why) {
        return new SyncBlob(staging, digest, task, sizeBytes, lane, upload, Optional.of(why), revision + 1);
    }
}
