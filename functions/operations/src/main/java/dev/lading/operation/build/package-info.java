/** Images built from Containerfiles: what is asked of a builder, and what becomes of its result. */
@NullMarked
package dev.lading.operation.build;

import org.jspecify.annotations.NullMarked;
