/** Passwords: their hashes, and what comparing them may cost. */
@NullMarked
package dev.lading.password;

import org.jspecify.annotations.NullMarked;
