/** What is said of images that were built, signed, as clients find it beside them. */
@NullMarked
package dev.lading.attestation;

import org.jspecify.annotations.NullMarked;
