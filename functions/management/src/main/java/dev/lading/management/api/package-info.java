/** Pulp's ways with JSON: models of fields, filters, pages, problems, and the document they make. */
@NullMarked
package dev.lading.management.api;

import org.jspecify.annotations.NullMarked;
