/** Uses a server that has just started, in stores that are thrown away, so that its first clients find it warm. */
@NullMarked
package dev.lading.server.warmup;

import org.jspecify.annotations.NullMarked;
