/** What people look at: tags, versions and differences, each by a few reads however large a repository is. */
@NullMarked
package dev.lading.overview;

import org.jspecify.annotations.NullMarked;
