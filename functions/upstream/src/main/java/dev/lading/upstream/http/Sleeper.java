package dev.lading.upstream.http;

import java.time.Duration;

/**
 * Lets time pass. A task may use it to check for cancellation and to report that it waits; an exception thrown here
 * ends the request.
 */
@FunctionalInterface
public interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
}
