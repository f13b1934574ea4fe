package dev.lading.testing;

import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import java.util.function.Supplier;

/**
 * Where the services of one test store, and no other's.
 *
 * @param blobs what each process makes for itself of the one place for bytes
 */
public record Stores(MetadataStore metadata, Supplier<BlobStore> blobs) {}
