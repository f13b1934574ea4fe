/** HTTP's rules for a client: redirects, retries, rate limits, links, minimum progress. */
@NullMarked
package dev.lading.upstream.http;

import org.jspecify.annotations.NullMarked;
