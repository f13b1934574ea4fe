/** Mirrors: the task that syncs a repository, and the work that copies a blob. */
@NullMarked
package dev.lading.sync;

import org.jspecify.annotations.NullMarked;
