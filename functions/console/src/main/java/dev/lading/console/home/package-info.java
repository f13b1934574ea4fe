/** The first page, and the search that begins there. */
@NullMarked
package dev.lading.console.home;

import org.jspecify.annotations.NullMarked;
