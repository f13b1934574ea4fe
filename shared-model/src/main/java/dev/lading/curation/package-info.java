/** Content from repository to repository: copies, promotion, rollback, differences. */
@NullMarked
package dev.lading.curation;

import org.jspecify.annotations.NullMarked;
