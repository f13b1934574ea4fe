/** What a bundle says of its content, {@code lading/export.json}: repositories, versions, what each changed. */
@NullMarked
package dev.lading.bundle.document;

import org.jspecify.annotations.NullMarked;
