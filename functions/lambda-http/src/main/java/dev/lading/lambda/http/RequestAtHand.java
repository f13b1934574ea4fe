package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/** What the gateway says of the request that is being answered. A function answers one at a time. */
@Singleton
@Unremovable
public final class RequestAtHand {
    /** Longest that a request is held. The gateway gives up after 30 s. */
    public static final Duration HELD = Duration.ofSeconds(25);

    /** However late it is: there must be time to look. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    private final InstantSource clock;
    private volatile Instant came = Instant.EPOCH;
    private volatile String domain = "";

    RequestAtHand(InstantSource clock) {
        this.clock = clock;
    }

    void begin(APIGatewayV2HTTPEvent event) {
        came = Instant.ofEpochMilli(event.getRequestContext().getTimeEpoch());
        domain = Objects.requireNonNullElse(event.getRequestContext().getDomainName(), "");
    }

    /** The domain name that the gateway serves it by, which no client can choose otherwise than by going there. */
    String domain() {
        return domain;
    }

    /**
     * How long it may be held from now on. The gateway counts the seconds in which a function starts, so they are
     * counted from when the request came there.
     */
    public Duration left() {
        Duration passed = Duration.between(came, clock.instant());
        // The gateway's clock may be ahead.
        Duration left = passed.isNegative() ? HELD : HELD.minus(passed);
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }
}
