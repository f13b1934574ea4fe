package dev.lading.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A fixed interval, counted from the schedule's start. A day has 24 hours, whatever clocks do. */
record Rate(Duration distance) implements ScheduleExpression {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,4})\\s+(minute|hour|day)s?");

    static Rate parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw ScheduleExpression.invalid(
                    "a rate is a number from 1 to 99999 and minutes, hours or days, such as rate(6 hours)");
        }
        long count = Long.parseLong(form.group(1));
        return new Rate(
                switch (form.group(2)) {
                    case "minute" -> Duration.ofMinutes(count);
                    case "hour" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    @Override
    public Optional<Instant> next(Instant after, ZoneId zone, Instant since) {
        long passed = after.isBefore(since) ? 0 : Duration.between(since, after).dividedBy(distance);
        return Optional.of(since.plus(distance.multipliedBy(passed + 1)));
    }
}
