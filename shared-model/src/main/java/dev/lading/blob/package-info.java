/** Bytes by key: the port, its adapter for S3, and the record of each blob. */
@NullMarked
package dev.lading.blob;

import org.jspecify.annotations.NullMarked;
