package dev.lading.upstream.http;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How long an upstream that asks to wait is waited for, and on which clock.
 *
 * @param limit of all waits one request makes because of status 429, and of each it makes because of another failure
 */
public record WaitBudget(InstantSource clock, Sleeper sleeper, Duration limit) {
    /** In real time. */
    public static WaitBudget of(Duration limit) {
        return new WaitBudget(Clock.systemUTC(), Thread::sleep, limit);
    }
}
