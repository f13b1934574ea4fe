/** Imports of bundles over the API. */
@NullMarked
package dev.lading.management.imports;

import org.jspecify.annotations.NullMarked;
