package dev.lading.upload;

import dev.lading.blob.Written;
import dev.lading.oci.Digest;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this process remembers of an upload between its requests. Used by one request at a time. */
final class UploadSession {
    private final boolean resumable;
    private Upload upload;
    private @Nullable MessageDigest sha256;
    private boolean forgotten;

    /** @param resumable whether hashes begun here can be gone on with in another process */
    UploadSession(Upload upload, boolean resumable) {
        this.resumable = resumable;
        this.upload = upload;
        this.sha256 = upload.hash().map(ResumableSha256::resume).orElse(null);
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
        boolean isSha256 = algorithm.equals(Digest.SHA256);
        if (written().sizeBytes() == 0) {
            return resumable && isSha256 ? new ResumableSha256() : Digest.hasher(algorithm);
        }
        if (sha256 == null || !isSha256) {
            return null;
        }
        try {
            return (MessageDigest) sha256.clone();
        } catch (CloneNotSupportedException e) {
            return null;
        }
    }

    /** What the record keeps of a hash. */
    static Optional<String> kept(@Nullable MessageDigest hash) {
        return hash instanceof ResumableSha256 resumable ? Optional.of(resumable.state()) : Optional.empty();
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
