package dev.lading.upload;

import dev.lading.blob.Written;
import dev.lading.oci.Digest;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** What this process remembers of an upload between its requests. Used by one request at a time. */
final class UploadSession {
    private Upload upload;
    private @Nullable MessageDigest sha256;
    private boolean forgotten;

    UploadSession(Upload upload) {
        this.upload = upload;
        this.sha256 = upload.written().sizeBytes() == 0 ? Digest.hasher(Digest.SHA256) : null;
    }

    Upload upload() {
        return upload;
    }

    Written written() {
        return upload.written();
    }

    /** A running hash of what is written so far, to go on with; null: the bytes must be read again at the end. */
    @Nullable
    MessageDigest hashCopy(String algorithm) {
        if (written().sizeBytes() == 0) {
            return Digest.hasher(algorithm);
        }
        if (sha256 == null || !algorithm.equals(Digest.SHA256)) {
            return null;
        }
        try {
            return (MessageDigest) sha256.clone();
        } catch (CloneNotSupportedException e) {
            return null;
        }
    }

    void advance(Upload grown, @Nullable MessageDigest hash) {
        this.upload = grown;
        this.sha256 = hash;
    }

    void extend(Upload extended) {
        this.upload = extended;
    }

    /** What is remembered is no longer what is stored. */
    void forget() {
        this.forgotten = true;
    }

    boolean isForgotten() {
        return forgotten;
    }
}
