/** Long operations: records, turns, runs. */
@NullMarked
package dev.lading.task;

import org.jspecify.annotations.NullMarked;
