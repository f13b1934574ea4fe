/** Secrets of the registry, and seals around secrets of others. */
@NullMarked
package dev.lading.secret;

import org.jspecify.annotations.NullMarked;
