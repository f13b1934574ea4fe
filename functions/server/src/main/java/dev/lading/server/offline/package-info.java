/** Verbs that open the records themselves, without a server. */
@NullMarked
package dev.lading.server.offline;

import org.jspecify.annotations.NullMarked;
