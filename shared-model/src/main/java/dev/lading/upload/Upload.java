package dev.lading.upload;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.Written;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
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
 * @param expires when it may be swept
 * @param discarded whether it is being swept, so that nothing may be added
 */
public record Upload(
        BlobKey key,
        Optional<RepositoryName> name,
        Written written,
        Optional<String> hash,
        Instant expires,
        boolean discarded,
        long revision)
        implements Revised {
    public static final Table<Upload> TABLE = new Table<>("upload", Upload.class, u -> key(u.key()));

    public Upload {
        name = name == null ? Optional.empty() : name;
        hash = hash == null ? Optional.empty() : hash;
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
                bytes.created(),
                true,
                0);
    }

    Upload grown(Written now, Optional<String> newHash, Instant newExpiry) {
        return with(now, newHash, newExpiry, discarded);
    }

    Upload extended(Instant newExpiry) {
        return grown(written, hash, newExpiry);
    }

    Upload discard() {
        return with(written, hash, expires, true);
    }

    private Upload with(Written now, Optional<String> newHash, Instant newExpiry, boolean nowDiscarded) {
        return new Upload(key, name, now, newHash, newExpiry, nowDiscarded, revision + 1);
    }
}
