package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Tells how long the request at hand may be held. The gateway gives up after 30 s, and counts those in which a function
 * starts, so they are counted from when the request came there. A function answers one request at a time.
 */
@Singleton
@Unremovable
public final class GatewayPatience {
    public static final Duration HELD = Duration.ofSeconds(25);

    /** However late it is: there must be time to look. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    private final InstantSource clock;
    private volatile Instant came = Instant.EPOCH;

    GatewayPatience(InstantSource clock) {
        this.clock = clock;
    }

    void begin(APIGatewayV2HTTPEvent event) {
        came = Instant.ofEpochMilli(event.getRequestContext().getTimeEpoch());
    }

    public Duration left() {
        Duration passed = Duration.between(came, clock.instant());
        // The gateway's clock may be ahead.
        Duration left = passed.isNegative() ? HELD : HELD.minus(passed);
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }
}
