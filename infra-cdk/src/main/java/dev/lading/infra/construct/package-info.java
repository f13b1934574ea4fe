/** Constructs that the stacks are made of. */
@NullMarked
package dev.lading.infra.construct;

import org.jspecify.annotations.NullMarked;
