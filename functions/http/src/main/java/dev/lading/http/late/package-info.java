/** Answers that wait for another registry, and hold nobody up meanwhile. */
@NullMarked
package dev.lading.http.late;

import org.jspecify.annotations.NullMarked;
