/** Random numbers that a snapshot of a process does not repeat. */
@NullMarked
package dev.lading.random;

import org.jspecify.annotations.NullMarked;
