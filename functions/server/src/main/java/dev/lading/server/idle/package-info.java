/** Gives memory back that a server has no use for while nobody asks anything of it. */
@NullMarked
package dev.lading.server.idle;

import org.jspecify.annotations.NullMarked;
