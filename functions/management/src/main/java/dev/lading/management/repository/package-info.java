/** Repositories and their versions: fields, lists, and the actions that make versions. */
@NullMarked
package dev.lading.management.repository;

import org.jspecify.annotations.NullMarked;
