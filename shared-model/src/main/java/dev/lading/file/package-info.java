/** Repositories of files, whose versions are each one artifact with a layer for each file. */
@NullMarked
package dev.lading.file;

import org.jspecify.annotations.NullMarked;
