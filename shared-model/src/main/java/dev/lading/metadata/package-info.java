/** Records and transactions: the port, its adapter for DynamoDB, and the rules of reading and writing. */
@NullMarked
package dev.lading.metadata;

import org.jspecify.annotations.NullMarked;
