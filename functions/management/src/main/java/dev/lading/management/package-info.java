/** The description of the management API, in OpenAPI. */
@NullMarked
package dev.lading.management;

import org.jspecify.annotations.NullMarked;
