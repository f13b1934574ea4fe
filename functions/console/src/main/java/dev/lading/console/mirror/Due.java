package dev.lading.console.mirror;

import dev.lading.schedule.SyncSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * When a schedule is due next.
 *
 * @param window how much later a sync may begin
 */
public record Due(List<Instant> times, Duration window) {
    private static final int SHOWN = 5;

    static final Due NEVER = new Due(List.of(), Duration.ZERO);

    static Due of(SyncSchedule schedule, Instant now) {
        List<Instant> times = Stream.iterate(
                        schedule.next(now).orElse(null),
                        Objects::nonNull,
                        time -> schedule.next(time).orElse(null))
                .limit(SHOWN)
                .toList();
        return new Due(times, schedule.window());
    }
}
