/** Roles, who was given them on what, and what follows for a name. */
@NullMarked
package dev.lading.grant;

import org.jspecify.annotations.NullMarked;
