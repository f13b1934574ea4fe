package dev.lading.server;

import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.secret.Seal;
import dev.lading.secret.SecretStore;
import java.util.List;

/**
 * Where this server keeps things, opened.
 *
 * @param instance what this server is called among others that use the same storage
 * @param exclusive whether no other process writes to it
 * @param closeables in the order to close them
 */
record Storage(
        MetadataStore metadata,
        BlobStore blobs,
        SecretStore secrets,
        Seal seal,
        String instance,
        boolean exclusive,
        List<AutoCloseable> closeables) {}
