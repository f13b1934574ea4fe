/** Uploads from the first byte to a blob that is known. */
@NullMarked
package dev.lading.upload;

import org.jspecify.annotations.NullMarked;
