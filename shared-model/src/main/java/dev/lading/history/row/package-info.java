/** Rows of content: in which versions of which repository a tag, manifest or blob is. */
@NullMarked
package dev.lading.history.row;

import org.jspecify.annotations.NullMarked;
