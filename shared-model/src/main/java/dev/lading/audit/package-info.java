/** Who changed what: a record in the transaction of each change. */
@NullMarked
package dev.lading.audit;

import org.jspecify.annotations.NullMarked;
