/** Images that are made of files. */
@NullMarked
package dev.lading.cli.build;

import org.jspecify.annotations.NullMarked;
