package dev.lading.upstream.http;

import java.time.Duration;

/**
 * Lets time pass. Whoever runs a task may look in it whether the task was canceled, and say in its reports that it waits; what
 * it throws ends the request.
 */
@FunctionalInterface
public interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
}
