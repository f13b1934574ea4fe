/** Pages of robots, which are accounts for programs, and of their secrets. */
@NullMarked
package dev.lading.console.robot;

import org.jspecify.annotations.NullMarked;
