/** Queues of work that is done at least once. */
@NullMarked
package dev.lading.work;

import org.jspecify.annotations.NullMarked;
