/** The copy of blobs from upstreams, each once, however many syncs want it. */
@NullMarked
package dev.lading.sync.copy;

import org.jspecify.annotations.NullMarked;
