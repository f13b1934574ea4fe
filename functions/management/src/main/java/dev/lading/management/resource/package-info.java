/** What the resources of all kinds share: hrefs, labels, pages, errors, answers. */
@NullMarked
package dev.lading.management.resource;

import org.jspecify.annotations.NullMarked;
