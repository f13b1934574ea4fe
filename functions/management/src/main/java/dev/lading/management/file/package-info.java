/** Repositories of files and the files in them, as Pulp's file plugin has them. */
@NullMarked
package dev.lading.management.file;

import org.jspecify.annotations.NullMarked;
