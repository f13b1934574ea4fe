/** Remotes: where an upstream is, what is taken from it, and the sealed secrets that open it. */
@NullMarked
package dev.lading.remote;

import org.jspecify.annotations.NullMarked;
