/** Where bundles are kept as files: a port, and its adapter for S3. */
@NullMarked
package dev.lading.bundle.store;

import org.jspecify.annotations.NullMarked;
