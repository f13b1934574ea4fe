package dev.lading.content;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.content.RepairState.Verdict;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Bytes that should be stored.
 *
 * @param place where a check is once it has passed them
 * @param named whether a record still names them; asked only when they are not as they should be
 */
record StoredBytes(String place, Digest digest, long sizeBytes, Source source, BooleanSupplier named) {
    private static final int BUFFER_BYTES = 128 * 1024;

    /** Where they are read; empty size: nowhere. */
    interface Source {
        OptionalLong sizeBytes() throws IOException;

        InputStream open() throws IOException;
    }

    /** Reads nothing of the blob's bytes, but the record of where they are again if they are not there. */
    static StoredBytes of(BlobRecord blob, BlobStore blobs, BooleanSupplier named) {
        return new StoredBytes(
                BlobRecord.key(blob.digest()).sort(),
                blob.digest(),
                blob.sizeBytes(),
                stored(blobs, blob.key(), blob.sizeBytes()),
                named);
    }

    static StoredBytes of(String place, BlobEntry blob, BlobStore blobs) {
        Source source = stored(blobs, blob.key().orElseThrow(), blob.sizeBytes());
        return new StoredBytes(place, blob.digest(), blob.sizeBytes(), source, () -> true);
    }

    static StoredBytes of(String place, ManifestEntry manifest, BlobStore blobs) {
        Source source = manifest.bodyKey()
                .map(key -> stored(blobs, key, manifest.sizeBytes()))
                .orElseGet(() -> inline(manifest.body().orElseThrow().getBytes(StandardCharsets.UTF_8)));
        return new StoredBytes(place, manifest.digest(), manifest.sizeBytes(), source, () -> true);
    }

    private static Source stored(BlobStore blobs, BlobKey key, long length) {
        return new Source() {
            @Override
            public OptionalLong sizeBytes() throws IOException {
                return blobs.sizeBytes(key);
            }

            @Override
            public InputStream open() throws IOException {
                return blobs.read(key, 0, length);
            }
        };
    }

    private static Source inline(byte[] body) {
        return new Source() {
            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.of(body.length);
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(body);
            }
        };
    }

    /**
     * Whether they are there in full length and, if digests are verified, read as what their digest says.
     *
     * @param reading called between any two reads; may throw to stop
     */
    Verdict verdict(boolean verifyDigest, Runnable reading) throws IOException {
        OptionalLong stored = source.sizeBytes();
        Verdict verdict;
        if (stored.isEmpty()) {
            verdict = Verdict.MISSING;
        } else if (stored.getAsLong() != sizeBytes) {
            verdict = Verdict.CORRUPTED;
        } else {
            verdict = verifyDigest ? read(reading) : Verdict.WHOLE;
        }
        // A clean-up deletes the record first and the bytes after it.
        return verdict == Verdict.WHOLE || named.getAsBoolean() ? verdict : Verdict.WHOLE;
    }

    private Verdict read(Runnable reading) throws IOException {
        MessageDigest hash = Digest.hasher(digest.algorithm());
        try (InputStream content = source.open()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                hash.update(buffer, 0, n);
                reading.run();
            }
        } catch (IOException e) {
            if (source.sizeBytes().isEmpty()) {
                return Verdict.MISSING;
            }
            throw e;
        }
        return Digest.finish(digest.algorithm(), hash.digest()).equals(digest) ? Verdict.WHOLE : Verdict.CORRUPTED;
    }
}
