/** Connections to upstreams: which addresses may be reached, TLS, proxies, bounds. */
@NullMarked
package dev.lading.upstream.transport;

import org.jspecify.annotations.NullMarked;
