package dev.lading.schedule;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/**
 * A repository's schedule of automatic syncs, with their options.
 *
 * @param expression of EventBridge Scheduler: {@code rate(6 hours)} or {@code cron(0 6 * * ? *)}
 * @param timezone in which the expression is read
 * @param since when it was set; a rate counts from there
 * @param mirror whether what the upstream no longer has is removed
 * @param mirrorEmpty whether that may be everything
 * @param signedOnly whether only what has a signature is taken
 */
public record SyncSchedule(
        String expression, ZoneId timezone, Instant since, boolean mirror, boolean mirrorEmpty, boolean signedOnly) {
    public static final String FIELD = "sync_schedule";
    public static final String TIMEZONE_FIELD = "sync_schedule_timezone";
    public static final String MIRROR_FIELD = "sync_schedule_mirror";
    public static final String MIRROR_EMPTY_FIELD = "sync_schedule_mirror_empty";
    public static final String SIGNED_ONLY_FIELD = "sync_schedule_signed_only";
    public static final String DEFAULT_TIMEZONE = "UTC";

    private static final Duration MAX_WINDOW = Duration.ofMinutes(15);

    /** Divisor that makes the window from the shortest interval between two runs. */
    private static final int WINDOW_PART = 10;

    /** Number of runs whose intervals are compared, since those of a calendar differ. */
    private static final int COMPARED = 10;

    /**
     * Parses a schedule as an administrator gives it.
     *
     * @param timezone IANA's name for it
     * @throws FieldInvalid if it cannot be read, or is never due
     */
    public static SyncSchedule parse(
            String expression, String timezone, Instant now, boolean mirror, boolean mirrorEmpty, boolean signedOnly) {
        if (!ZoneId.getAvailableZoneIds().contains(timezone)) {
            throw new FieldInvalid(
                    TIMEZONE_FIELD, "'" + timezone + "' is no time zone; use a name such as UTC or Europe/Berlin");
        }
        var schedule = new SyncSchedule(expression.strip(), ZoneId.of(timezone), now, mirror, mirrorEmpty, signedOnly);
        if (schedule.next(now).isEmpty()) {
            throw new FieldInvalid(FIELD, "this is never due");
        }
        return schedule;
    }

    /** This schedule in place of another; if both are due at the same times, it keeps the other's start. */
    public SyncSchedule inPlaceOf(SyncSchedule before) {
        return expression.equals(before.expression) && timezone.equals(before.timezone)
                ? new SyncSchedule(expression, timezone, before.since, mirror, mirrorEmpty, signedOnly)
                : this;
    }

    /** Whether both are always due at the same times. */
    public boolean isDueAs(SyncSchedule other) {
        return expression.equals(other.expression) && timezone.equals(other.timezone) && since.equals(other.since);
    }

    boolean isRate() {
        return ScheduleExpression.parse(expression) instanceof Rate;
    }

    /** The first due time after another time; empty: never again. */
    public Optional<Instant> next(Instant after) {
        return ScheduleExpression.parse(expression).next(after, timezone, since);
    }

    /**
     * The longest delay of a sync, so that a thousand do not begin together: a small part of the shortest interval
     * between two runs, 15 minutes at most.
     */
    public Duration window() {
        Duration window = MAX_WINDOW;
        Optional<Instant> run = next(since);
        for (int i = 0; i < COMPARED && run.isPresent(); i++) {
            Optional<Instant> following = next(run.get());
            if (following.isPresent()) {
                Duration part = Duration.between(run.get(), following.get()).dividedBy(WINDOW_PART);
                window = part.compareTo(window) < 0 ? part : window;
            }
            run = following;
        }
        return window;
    }

    /** A deterministic per-repository offset within the {@link #window}. */
    public Duration delay(UUID repository) {
        long seconds = window().toSeconds();
        return Duration.ofSeconds(seconds == 0 ? 0 : Math.floorMod(repository.getLeastSignificantBits(), seconds));
    }
}
