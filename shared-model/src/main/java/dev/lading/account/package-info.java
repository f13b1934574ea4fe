/** Users, their groups, and robots: names, credentials, and what was revoked. */
@NullMarked
package dev.lading.account;

import org.jspecify.annotations.NullMarked;
