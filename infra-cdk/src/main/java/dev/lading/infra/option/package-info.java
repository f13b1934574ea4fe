/** Options of a deployment, checked before anything is synthesised. */
@NullMarked
package dev.lading.infra.option;

import org.jspecify.annotations.NullMarked;
