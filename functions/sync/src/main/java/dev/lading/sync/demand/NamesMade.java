package dev.lading.sync.demand;

import dev.lading.oci.RegistryException.TooManyRequests;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the names that a principal's pulls have made, so that nobody fills the registry with repositories. */
final class NamesMade {
    private static final int MOST = 100;
    private static final Duration WINDOW = Duration.ofHours(1);

    /** Limit on principals who are remembered; whoever made a name longest ago is forgotten. */
    private static final int MAX_PRINCIPALS = 10_000;

    private final InstantSource clock;

    /** Times by principal, the principal who made one last at the end. Guarded by this. */
    private final Map<String, Deque<Instant>> made = new LinkedHashMap<>(16, 0.75f, true);

    NamesMade(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws TooManyRequests if a principal has made as many as they may in an hour */
    synchronized void require(String principal) {
        Deque<Instant> times = made.get(principal);
        if (times == null) {
            return;
        }
        Instant now = clock.instant();
        while (!times.isEmpty() && times.getFirst().isBefore(now.minus(WINDOW))) {
            times.removeFirst();
        }
        if (times.size() >= MOST) {
            throw new TooManyRequests(
                    "your pulls have made " + MOST + " new repositories in the last hour",
                    Duration.between(now, times.getFirst().plus(WINDOW)).plusSeconds(1));
        }
    }

    synchronized void made(String principal) {
        made.computeIfAbsent(principal, each -> new ArrayDeque<>()).addLast(clock.instant());
        if (made.size() > MAX_PRINCIPALS) {
            made.remove(made.keySet().iterator().next());
        }
    }
}
