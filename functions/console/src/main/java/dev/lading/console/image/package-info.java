/** Pages of images and other artifacts: what they are, what is said of them, and where they are used. */
@NullMarked
package dev.lading.console.image;

import org.jspecify.annotations.NullMarked;
