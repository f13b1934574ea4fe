package dev.lading.file;

import dev.lading.blob.BlobKey;
import dev.lading.oci.Digest;

/** Bytes that were received, and are nobody's yet. */
public record ReceivedFile(BlobKey upload, Digest digest, long sizeBytes) {}
