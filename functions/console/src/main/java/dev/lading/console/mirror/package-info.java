/** Pages of mirrors of upstream repositories, and of their remotes. */
@NullMarked
package dev.lading.console.mirror;

import org.jspecify.annotations.NullMarked;
