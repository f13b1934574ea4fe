/** The status of the server and of its storage. */
@NullMarked
package dev.lading.management.status;

import org.jspecify.annotations.NullMarked;
