/** A sync from its request to one new version, or none. */
@NullMarked
package dev.lading.sync.run;

import org.jspecify.annotations.NullMarked;
