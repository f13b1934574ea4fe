/** What a sync takes: tags that filters select, manifests and their children, signatures, referrers. */
@NullMarked
package dev.lading.sync.plan;

import org.jspecify.annotations.NullMarked;
