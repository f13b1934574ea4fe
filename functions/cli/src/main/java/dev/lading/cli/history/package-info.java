/** Versions of repositories: compared, checked, restored, promoted. */
@NullMarked
package dev.lading.cli.history;

import org.jspecify.annotations.NullMarked;
