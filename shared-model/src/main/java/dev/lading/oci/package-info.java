/** Values of the OCI specifications: digests, names, tags, manifests, and the errors of the API. */
@NullMarked
package dev.lading.oci;

import org.jspecify.annotations.NullMarked;
