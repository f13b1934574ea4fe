/** What callers of the management API may do: the right that each operation declares, and who has it. */
@NullMarked
package dev.lading.management.access;

import org.jspecify.annotations.NullMarked;
