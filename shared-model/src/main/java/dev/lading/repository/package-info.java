/** Repositories as they are made, renamed, changed and deleted. */
@NullMarked
package dev.lading.repository;

import org.jspecify.annotations.NullMarked;
