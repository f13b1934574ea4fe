package dev.lading.upstream.http;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The longest waits that an upstream may ask for, and the clock they are measured by.
 *
 * @param limit for the sum of one request's waits because of status 429, and for each wait because of another failure
 */
public record WaitBudget(InstantSource clock, Sleeper sleeper, Duration limit) {
    /** A budget in real time. */
    public static WaitBudget of(Duration limit) {
        return new WaitBudget(Clock.systemUTC(), Thread::sleep, limit);
    }
}
