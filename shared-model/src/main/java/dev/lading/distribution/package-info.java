/** Base paths, and what is pulled there. */
@NullMarked
package dev.lading.distribution;

import org.jspecify.annotations.NullMarked;
