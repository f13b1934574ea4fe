package dev.lading.server;

import dev.lading.blob.BlobStore;
import dev.lading.bundle.store.BundleStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.secret.Seal;
import dev.lading.secret.SecretStore;
import dev.lading.signing.BundleKeys;
import java.util.List;
import java.util.Optional;

/**
 * The server's opened storage.
 *
 * @param exports where exporters write unless to a folder
 * @param imports where importers read unless from a folder
 * @param instance this server's name among those that share the storage
 * @param exclusive whether no other process writes to it
 * @param closeables in the order to close them
 */
record Storage(
        MetadataStore metadata,
        BlobStore blobs,
        Optional<BundleStore> exports,
        Optional<BundleStore> imports,
        SecretStore secrets,
        Seal seal,
        BundleKeys bundleKeys,
        String instance,
        boolean exclusive,
        List<AutoCloseable> closeables) {}
