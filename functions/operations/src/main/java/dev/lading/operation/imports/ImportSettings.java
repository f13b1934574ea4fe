package dev.lading.operation.imports;

import dev.lading.bundle.store.BundleStore;
import dev.lading.bundle.store.BundleStore.Opened;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.util.Optional;

/**
 * What a deployment provides for importers.
 *
 * @param store where they find bundles; empty: bundles are only sent
 */
public record ImportSettings(Optional<BundleStore> store) {
    /** @throws FieldInvalid if there is no such file, or importers read nothing here */
    public Opened open(String path) throws IOException {
        return requireStore().open(path).orElseThrow(() -> new FieldInvalid(BundleStore.FIELD, "there is no " + path));
    }

    /** @throws FieldInvalid if importers read nothing here */
    public BundleStore requireStore() {
        return store.orElseThrow(() -> new FieldInvalid(
                BundleStore.FIELD,
                "no importer reads files here; start a server with --imports-folder, or send a bundle by lading"
                        + " import"));
    }
}
