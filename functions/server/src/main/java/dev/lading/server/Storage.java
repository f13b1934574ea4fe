package dev.lading.server;

import dev.lading.access.TokenKeys;
import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import java.util.List;
import java.util.Optional;

/**
 * Where this server keeps things, opened.
 *
 * @param newPassword the administrator's, if it was made just now
 * @param exclusive whether no other process writes to it
 * @param closeables in the order to close them
 */
record Storage(
        MetadataStore metadata,
        BlobStore blobs,
        TokenKeys keys,
        String adminPassword,
        Optional<String> newPassword,
        boolean exclusive,
        List<AutoCloseable> closeables) {}
