/** The client of upstream registries: tags, manifests, blobs, referrers. */
@NullMarked
package dev.lading.upstream;

import org.jspecify.annotations.NullMarked;
