/** Imports of bundles: what a bundle would change, its content as it is staged, its versions as they are made here. */
@NullMarked
package dev.lading.imports;

import org.jspecify.annotations.NullMarked;
