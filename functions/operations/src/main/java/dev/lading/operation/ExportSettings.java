package dev.lading.operation;

import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.store.BundleStore;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.signing.BundleKeys;
import java.util.Optional;

/**
 * What a deployment provides for exports.
 *
 * @param keys of which one signs bundles; empty: nothing is exported here
 * @param sends whether bundles are sent and taken as they come, which functions cannot
 * @param store that exporters write to; empty: bundles are only downloaded
 * @param url by which bundles name this registry
 */
public record ExportSettings(
        Optional<BundleKeys> keys, boolean sends, Optional<BundleStore> store, Optional<String> url) {
    /** Settings where nothing is exported. */
    static final ExportSettings NONE = new ExportSettings(Optional.empty(), false, Optional.empty(), Optional.empty());

    public DocumentHead.Source source() {
        return new DocumentHead.Source(Optional.empty(), url);
    }

    /** @throws FieldInvalid if exporters write nowhere */
    public BundleStore requireStore() {
        return store.orElseThrow(() -> new FieldInvalid(
                "path",
                sends
                        ? "this server writes no exports; start it with --exports-folder, or download a bundle by"
                                + " lading export"
                        : "functions write no exports; run a server with --exports-folder on the same bucket and"
                                + " table"));
    }

    public BundleKeys requireKeys() {
        return keys.orElseThrow(() -> new IllegalStateException("nothing is exported here"));
    }
}
