package dev.lading.upload;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.Written;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import java.time.Instant;
import java.util.Optional;

/**
 * An upload under way. Its record exists from before the first byte is stored until a blob's record or a deletion
 * replaces it, so bytes without an owner are always found here.
 *
 * @param key of the bytes; it names the upload, too
 * @param name of the repository it is for; empty: whoever began it claims it at its end. Earlier builds stored the
 *     name "orphaned" instead; nobody resumes those, and the sweep deletes them
 * @param written bytes acknowledged to the client
 * @param hash state of the SHA-256 of what is written; empty: the process that wrote last has it in memory
 * @param digest of what is written; empty: not known, for a process wrote that did not have the hash of what was there
 * @param expires when it may be swept
 * @param discarded whether it is being swept, so that nothing may be added
 * @param slot of the uploads that whoever began it may have open; empty: it counts for nobody, or no more
 */
public record Upload(
        BlobKey key,
        Optional<RepositoryName> name,
        Written written,
        Optional<String> hash,
        Optional<Digest> digest,
        Instant expires,
        boolean discarded,
        Optional<UploadSlot.Id> slot,
        long revision)
        implements Revised {
    public static final Table<Upload> TABLE = new Table<>("upload", Upload.class, u -> key(u.key()));

    public Upload {
        name = name == null ? Optional.empty() : name;
        hash = hash == null ? Optional.empty() : hash;
        digest = digest == null ? Optional.empty() : digest;
        slot = slot == null ? Optional.empty() : slot;
    }

    static Key key(BlobKey key) {
        return new Key(HexPartition.first(key.value()).toString(), key.value());
    }

    /** A discarded upload of bytes that were a blob and have no owner any more. */
    static Upload orphaned(BlobRecord bytes) {
        return new Upload(
                bytes.key(),
                Optional.empty(),
                new Written(bytes.sizeBytes(), ""),
                Optional.empty(),
                Optional.empty(),
                bytes.created(),
                true,
                Optional.empty(),
                0);
    }

    Upload grown(Written now, Optional<String> newHash, Optional<Digest> newDigest, Instant newExpiry) {
        return new Upload(key, name, now, newHash, newDigest, newExpiry, discarded, slot, revision + 1);
    }

    Upload extended(Instant newExpiry) {
        return grown(written, hash, digest, newExpiry);
    }

    /** Without what is known of the bytes, which are read again then. */
    Upload unverified() {
        return grown(written, Optional.empty(), Optional.empty(), expires);
    }

    /** This upload to be deleted, which counts for nobody any more: see {@link OpenUploads#discard}. */
    Upload discard() {
        return new Upload(key, name, written, hash, digest, expires, true, Optional.empty(), revision + 1);
    }
}
