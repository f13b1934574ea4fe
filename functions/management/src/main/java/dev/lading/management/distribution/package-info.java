/** Distributions: their fields, lists and changes. */
@NullMarked
package dev.lading.management.distribution;

import org.jspecify.annotations.NullMarked;
