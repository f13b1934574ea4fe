/** Importers, by which Pulp's clients take bundles from files, and what they took. */
@NullMarked
package dev.lading.importer;

import org.jspecify.annotations.NullMarked;
