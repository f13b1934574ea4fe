/** When a repository is synced by itself. */
@NullMarked
package dev.lading.schedule;

import org.jspecify.annotations.NullMarked;
