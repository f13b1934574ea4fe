/** Adapters of the ports for one machine: SQLite, files, threads. */
@NullMarked
package dev.lading.embedded;

import org.jspecify.annotations.NullMarked;
