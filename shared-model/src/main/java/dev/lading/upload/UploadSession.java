package dev.lading.upload;

import dev.lading.blob.ResumableSha256;
import dev.lading.blob.Written;
import dev.lading.oci.Digest;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this process remembers of an upload between requests. Used by one request at a time. */
final class UploadSession {
    private final boolean resumable;
    private Upload upload;
    private @Nullable MessageDigest sha256;
    private boolean forgotten;

    /** @param resumable whether another process can resume hashes begun here */
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

    /** A copy of the running hash of what is written so far; null: the bytes must be read again at the end. */
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

    /** The digest of the upload as a record has it, if it is of so many bytes and by that algorithm. */
    Optional<Digest> digestOf(long sizeBytes, String algorithm) {
        return upload.digest()
                .filter(digest -> sizeBytes == written().sizeBytes())
                .filter(digest -> digest.algorithm().equals(algorithm));
    }

    /** The state of a hash as the record keeps it. */
    static Optional<String> kept(@Nullable MessageDigest hash) {
        return hash instanceof ResumableSha256 resumable ? Optional.of(resumable.state()) : Optional.empty();
    }

    /** The digest of what is written so far, which costs the same however much that is; empty: not known. */
    static Optional<Digest> digest(@Nullable MessageDigest hash) {
        if (hash == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Digest.finish(Digest.SHA256, ((MessageDigest) hash.clone()).digest()));
        } catch (CloneNotSupportedException e) {
            return Optional.empty();
        }
    }

    void advance(Upload grown, @Nullable MessageDigest hash) {
        this.upload = grown;
        this.sha256 = hash;
    }

    void extend(Upload extended) {
        this.upload = extended;
    }

    /** Forgets the remembered state, which no longer matches what is stored. */
    void forget() {
        this.forgotten = true;
    }

    boolean isForgotten() {
        return forgotten;
    }
}
