/** Remotes: their fields, lists and changes. */
@NullMarked
package dev.lading.management.remote;

import org.jspecify.annotations.NullMarked;
