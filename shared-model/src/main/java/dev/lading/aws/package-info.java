/** Clients of AWS: one way to make each. */
@NullMarked
package dev.lading.aws;

import org.jspecify.annotations.NullMarked;
