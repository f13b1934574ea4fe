package dev.lading.operation;

import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.store.BundleStore;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.signing.BundleKeys;
import java.util.Optional;

/**
 * What a deployment provides for exports.
 *
 * @param keys that sign bundles and receipts
 * @param sends whether bundles are sent and taken as they come, which functions cannot
 * @param store that exporters write to; empty: bundles are only downloaded
 * @param url by which bundles name this registry
 */
public record ExportSettings(BundleKeys keys, boolean sends, Optional<BundleStore> store, Optional<String> url) {
    public DocumentHead.Source source() {
        return new DocumentHead.Source(Optional.empty(), url);
    }

    /** @throws FieldInvalid if exporters write nowhere */
    public BundleStore requireStore() {
        return store.orElseThrow(
                () -> new FieldInvalid(
                        BundleStore.FIELD,
                        "this server writes no exports; start it with --exports-folder, or download a bundle by lading export"));
    }
}
