package dev.lading.testing;

import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import java.util.function.Supplier;

/**
 * Stores of one test alone.
 *
 * @param blobs makes each process's access to the shared bytes
 */
public record Stores(MetadataStore metadata, Supplier<BlobStore> blobs) {}
