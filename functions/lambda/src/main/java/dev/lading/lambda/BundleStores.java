package dev.lading.lambda;

import dev.lading.bundle.store.BundleStore;

/**
 * Where functions have bundles.
 *
 * @param exports what exporters write to
 * @param imports what importers read
 */
public record BundleStores(BundleStore exports, BundleStore imports) {}
