/** The command {@code lading}: its verbs, and those that belong to none of the packages below. */
@NullMarked
package dev.lading.cli;

import org.jspecify.annotations.NullMarked;
