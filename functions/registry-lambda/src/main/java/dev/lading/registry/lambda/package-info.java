/** The function that serves the V2 API. */
@NullMarked
package dev.lading.registry.lambda;

import org.jspecify.annotations.NullMarked;
