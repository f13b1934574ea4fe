/** Users: their names, the hashes of their passwords, and what was revoked. */
@NullMarked
package dev.lading.account;

import org.jspecify.annotations.NullMarked;
