/** Builds under way, as the registry knows them when they pull from it. */
@NullMarked
package dev.lading.build;

import org.jspecify.annotations.NullMarked;
