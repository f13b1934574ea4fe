/** The function that sweeps unfinished uploads and deleted bytes. */
@NullMarked
package dev.lading.maintenance;

import org.jspecify.annotations.NullMarked;
