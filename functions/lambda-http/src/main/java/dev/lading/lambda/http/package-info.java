/** Requests of API Gateway as those of a server, and the log line of each. */
@NullMarked
package dev.lading.lambda.http;

import org.jspecify.annotations.NullMarked;
