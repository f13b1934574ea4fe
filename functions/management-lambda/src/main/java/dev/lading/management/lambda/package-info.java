/** The function that serves the management API. */
@NullMarked
package dev.lading.management.lambda;

import org.jspecify.annotations.NullMarked;
