/** Fetches of content when it is first wanted. */
@NullMarked
package dev.lading.sync.demand;

import org.jspecify.annotations.NullMarked;
