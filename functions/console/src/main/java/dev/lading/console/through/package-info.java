/** Pages of pull-through caches. */
@NullMarked
package dev.lading.console.through;

import org.jspecify.annotations.NullMarked;
