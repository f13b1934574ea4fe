/** Bundles: archives by which content crosses an air gap, written and read as streams. */
@NullMarked
package dev.lading.bundle;

import org.jspecify.annotations.NullMarked;
