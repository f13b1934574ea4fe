/** The standalone server: command line, start, schedules, health, metrics. */
@NullMarked
package dev.lading.server;

import org.jspecify.annotations.NullMarked;
