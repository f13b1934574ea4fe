package dev.lading.schedule;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A recurring time: {@code rate(6 hours)} or {@code cron(0 6 ? * MON-FRI *)}. Source: EventBridge Scheduler, "Schedule
 * types".
 */
sealed interface ScheduleExpression permits Rate, Cron {
    /** Limit of EventBridge Scheduler. */
    int MAX_LENGTH = 256;

    /** @throws FieldInvalid with the reason and an example */
    static ScheduleExpression parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid("use at most " + MAX_LENGTH + " characters");
        }
        int opening = text.indexOf('(');
        if (opening < 0 || !text.endsWith(")")) {
            throw invalid("write rate(6 hours) or cron(0 6 * * ? *)");
        }
        String inside = text.substring(opening + 1, text.length() - 1).strip();
        return switch (text.substring(0, opening)) {
            case "rate" -> Rate.parse(inside);
            case "cron" -> Cron.parse(inside);
            case "at" -> throw invalid("at(…) is once only; use rate(…) or cron(…), or start a sync by hand");
            default -> throw invalid("write rate(6 hours) or cron(0 6 * * ? *)");
        };
    }

    /**
     * The first due time after another time; empty: never again.
     *
     * @param since start of the schedule, from which rates are counted
     */
    Optional<Instant> next(Instant after, ZoneId zone, Instant since);

    static FieldInvalid invalid(String why) {
        return new FieldInvalid(SyncSchedule.FIELD, why);
    }
}
