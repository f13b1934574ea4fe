package dev.lading.curation;

import dev.lading.blob.BlobKey;
import dev.lading.oci.Digest;
import dev.lading.upload.Chunk;
import dev.lading.upload.Upload;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.OptionalLong;

/** Bytes that were received, and are nobody's yet. */
public record ReceivedBlob(BlobKey upload, Digest digest, long sizeBytes) {
    static ReceivedBlob of(InputStream content, UploadService uploads) throws IOException {
        Upload upload = uploads.begin();
        MessageDigest hash = Digest.hasher(Digest.SHA256);
        var hashed = new DigestInputStream(content, hash);
        long sizeBytes = uploads.append(upload.key(), new Chunk(OptionalLong.empty(), OptionalLong.empty(), hashed));
        return new ReceivedBlob(upload.key(), Digest.finish(Digest.SHA256, hash.digest()), sizeBytes);
    }
}
