/** Exports: bundles that are downloaded, and exporters that write them to a folder. */
@NullMarked
package dev.lading.management.export;

import org.jspecify.annotations.NullMarked;
