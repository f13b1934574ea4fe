/** The keys that sign, and those that are trusted. */
@NullMarked
package dev.lading.cli.keys;

import org.jspecify.annotations.NullMarked;
