/** Tags, manifests and blobs as the V2 API reads, pushes and deletes them. */
@NullMarked
package dev.lading.content;

import org.jspecify.annotations.NullMarked;
