/** The command {@code lading}: its verbs, and where they find the server and the password. */
@NullMarked
package dev.lading.cli;

import org.jspecify.annotations.NullMarked;
