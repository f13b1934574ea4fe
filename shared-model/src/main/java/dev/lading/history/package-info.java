/** Repositories, their versions, and the log of changes that versions are read from. */
@NullMarked
package dev.lading.history;

import org.jspecify.annotations.NullMarked;
