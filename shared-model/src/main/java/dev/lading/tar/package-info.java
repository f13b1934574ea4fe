/** Headers of tar archives, each of which has one form alone. */
@NullMarked
package dev.lading.tar;

import org.jspecify.annotations.NullMarked;
