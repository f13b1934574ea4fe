/** Pages of repositories, their versions, and the images in them. */
@NullMarked
package dev.lading.console.repository;

import org.jspecify.annotations.NullMarked;
