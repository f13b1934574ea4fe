/** Users, the roles there are, and who was given them on what. */
@NullMarked
package dev.lading.management.account;

import org.jspecify.annotations.NullMarked;
