/** Tasks: their fields, lists, cancellation, and the answer that names a task just started. */
@NullMarked
package dev.lading.management.task;

import org.jspecify.annotations.NullMarked;
