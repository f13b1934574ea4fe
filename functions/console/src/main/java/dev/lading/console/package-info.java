/** The console: pages at {@code /ui/} for people who look at a registry, over what the REST API asks. */
@NullMarked
package dev.lading.console;

import org.jspecify.annotations.NullMarked;
