/** Imports of bundles that importers find where the deployment keeps them. */
@NullMarked
package dev.lading.operation.imports;

import org.jspecify.annotations.NullMarked;
