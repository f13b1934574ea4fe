/** The functions that do tasks and copy blobs, fed by SQS. */
@NullMarked
package dev.lading.tasks;

import org.jspecify.annotations.NullMarked;
