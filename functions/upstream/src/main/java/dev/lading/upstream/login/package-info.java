/** Challenges of upstreams and the tokens that answer them. */
@NullMarked
package dev.lading.upstream.login;

import org.jspecify.annotations.NullMarked;
