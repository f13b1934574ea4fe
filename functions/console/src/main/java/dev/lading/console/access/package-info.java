/** Pages of who may do what: one's own account, users, groups, roles, and what was changed by whom. */
@NullMarked
package dev.lading.console.access;

import org.jspecify.annotations.NullMarked;
