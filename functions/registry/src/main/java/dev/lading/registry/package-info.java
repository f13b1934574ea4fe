/** The V2 API of the OCI distribution specification, and the token endpoint. */
@NullMarked
package dev.lading.registry;

import org.jspecify.annotations.NullMarked;
