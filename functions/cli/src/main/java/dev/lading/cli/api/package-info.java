/** The API that the verbs ask, without Quarkus: requests, tasks that are watched, errors in words. */
@NullMarked
package dev.lading.cli.api;

import org.jspecify.annotations.NullMarked;
