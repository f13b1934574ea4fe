/** Entrances at which the registry is a mirror of another one, and nothing else. */
@NullMarked
package dev.lading.http.mirror;

import org.jspecify.annotations.NullMarked;
