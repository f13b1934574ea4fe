package dev.lading.operation;

import dev.lading.bundle.document.DocumentHead;
import dev.lading.signing.BundleKeys;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a deployment provides for exports.
 *
 * @param keys of which one signs bundles; empty: none are made here
 * @param folder below which they may be written; empty: they are only downloaded
 * @param url by which bundles name this registry
 */
public record ExportSettings(Optional<BundleKeys> keys, Optional<Path> folder, Optional<String> url) {
    /** Settings where nothing is exported. */
    static final ExportSettings NONE = new ExportSettings(Optional.empty(), Optional.empty(), Optional.empty());

    public DocumentHead.Source source() {
        return new DocumentHead.Source(Optional.empty(), url);
    }
}
