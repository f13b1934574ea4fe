/** The page that says how the registry is. */
@NullMarked
package dev.lading.console.status;

import org.jspecify.annotations.NullMarked;
