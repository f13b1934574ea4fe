/** Sockets of strangers: how many, how long, and how much memory each may hold. */
@NullMarked
package dev.lading.connection;

import org.jspecify.annotations.NullMarked;
