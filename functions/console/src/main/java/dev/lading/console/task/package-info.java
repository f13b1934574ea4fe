/** Pages of tasks: what runs, what ran, and what came of it. */
@NullMarked
package dev.lading.console.task;

import org.jspecify.annotations.NullMarked;
