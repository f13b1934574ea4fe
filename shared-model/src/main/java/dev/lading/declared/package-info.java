/** Images that are declared: files above a base, and how they run. */
@NullMarked
package dev.lading.declared;

import org.jspecify.annotations.NullMarked;
