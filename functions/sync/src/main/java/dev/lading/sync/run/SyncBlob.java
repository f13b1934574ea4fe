package dev.lading.sync.run;

import dev.lading.blob.BlobKey;
import dev.lading.commit.Staging;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.task.TaskId;
import dev.lading.upload.UploadService;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A blob to fetch; deleted once it is stored.
 *
 * @param task of the run that wants it
 * @param sizeBytes as the manifest says
 * @param lane blobs of one lane are fetched one after another
 * @param upload where a large blob's slices are stored
 * @param of what refers to it, in the words of a message; empty: not known, as in records of earlier versions
 * @param failure reason of the last failure, if it is retried
 * @param optional whether no image is known to need it
 * @param fills whether the repository lists it already, and gets its bytes by this run
 */
public record SyncBlob(
        Staging staging,
        Digest digest,
        TaskId task,
        long sizeBytes,
        int lane,
        Optional<BlobKey> upload,
        Optional<String> of,
        Optional<String> failure,
        boolean optional,
        boolean fills,
        long revision)
        implements Revised {
    public static final Table<SyncBlob> TABLE =
            new Table<>("sync-blob", SyncBlob.class, b -> key(b.staging(), b.digest()));

    public SyncBlob {
        upload = upload == null ? Optional.empty() : upload;
        of = of == null ? Optional.empty() : of;
        failure = failure == null ? Optional.empty() : failure;
    }

    public static Key key(Staging staging, Digest digest) {
        return new Key(staging.id().toString(), digest.toString());
    }

    public static Query all(Staging staging, int limit) {
        return Query.ascending(staging.id().toString(), " ", "~", limit);
    }

    public static SyncBlob wanted(
            Staging staging, Descriptor blob, String of, boolean optional, boolean fills, TaskId task, int lane) {
        return new SyncBlob(
                staging,
                blob.digest(),
                task,
                blob.sizeBytes(),
                lane,
                Optional.empty(),
                Optional.of(of),
                Optional.empty(),
                optional,
                fills,
                0);
    }

    /** This blob for another run, which resumes its upload. */
    public SyncBlob wantedBy(
            TaskId newTask, Descriptor blob, String newOf, boolean nowOptional, boolean nowFills, int newLane) {
        return wanted(staging, blob, newOf, nowOptional, nowFills, newTask, newLane)
                .with(upload, Optional.empty(), revision + 1);
    }

    /** Bytes in the upload; empty: there is none, it was swept, or it is larger than the manifest says. */
    public OptionalLong uploadedBytes(UploadService uploads) {
        if (upload.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long bytes = uploads.sizeBytes(upload.get());
            return bytes <= sizeBytes ? OptionalLong.of(bytes) : OptionalLong.empty();
        } catch (UploadUnknown swept) {
            return OptionalLong.empty();
        }
    }

    /** A phrase such as "blob sha256:… (manifest sha256:… of tag v1)". */
    public String described() {
        return "blob " + digest + of.map(what -> " (" + what + ")").orElse("");
    }

    public SyncBlob uploadedTo(BlobKey key) {
        return with(Optional.of(key), failure, revision + 1);
    }

    public SyncBlob failed(String why) {
        return with(upload, Optional.of(why), revision + 1);
    }

    private SyncBlob with(Optional<BlobKey> newUpload, Optional<String> newFailure, long newRevision) {
        return new SyncBlob(
                staging, digest, task, sizeBytes, lane, newUpload, of, newFailure, optional, fills, newRevision);
    }
}
