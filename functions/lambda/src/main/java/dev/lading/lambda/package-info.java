/** What every function on AWS shares: its stores, and SnapStart's snapshot. */
@NullMarked
package dev.lading.lambda;

import org.jspecify.annotations.NullMarked;
