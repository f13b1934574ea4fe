/** The AWS stacks, and the app that makes them. */
@NullMarked
package dev.lading.infra;

import org.jspecify.annotations.NullMarked;
