/** What every API shares before a route and after it: the gate, filters, errors, URLs, bodies. */
@NullMarked
package dev.lading.http;

import org.jspecify.annotations.NullMarked;
