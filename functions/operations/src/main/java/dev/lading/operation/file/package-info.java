/** Tasks on repositories of files. */
@NullMarked
package dev.lading.operation.file;

import org.jspecify.annotations.NullMarked;
