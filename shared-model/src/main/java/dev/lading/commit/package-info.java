/** How a repository gets its next version: group commits of pushes, and large changes under a lease. */
@NullMarked
package dev.lading.commit;

import org.jspecify.annotations.NullMarked;
