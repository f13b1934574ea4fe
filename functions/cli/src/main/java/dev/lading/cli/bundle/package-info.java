/** Bundles that are written and imported, and the receipts of them. */
@NullMarked
package dev.lading.cli.bundle;

import org.jspecify.annotations.NullMarked;
