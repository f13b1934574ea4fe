/** Removal of what no kept version needs, with proof that nobody needs it. */
@NullMarked
package dev.lading.cleanup;

import org.jspecify.annotations.NullMarked;
