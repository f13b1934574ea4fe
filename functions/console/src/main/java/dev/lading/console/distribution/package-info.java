/** Pages of distributions: what is pulled where. */
@NullMarked
package dev.lading.console.distribution;

import org.jspecify.annotations.NullMarked;
