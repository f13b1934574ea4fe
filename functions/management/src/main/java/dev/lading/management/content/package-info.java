/** Tags, manifests, blobs and signatures as content of versions. */
@NullMarked
package dev.lading.management.content;

import org.jspecify.annotations.NullMarked;
