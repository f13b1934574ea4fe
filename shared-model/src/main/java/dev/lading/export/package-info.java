/** Exports: what of which repositories goes into a bundle. */
@NullMarked
package dev.lading.export;

import org.jspecify.annotations.NullMarked;
