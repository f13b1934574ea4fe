/** Who calls, by which credential, and whether what a route declares is theirs to do. */
@NullMarked
package dev.lading.access;

import org.jspecify.annotations.NullMarked;
