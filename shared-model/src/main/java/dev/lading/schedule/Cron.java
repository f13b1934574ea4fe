package dev.lading.schedule;

import com.cronutils.model.definition.CronConstraint;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronField;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.QuestionMark;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calendar times in six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year. Times skipped by
 * daylight saving do not fire; repeated times fire once, at the first occurrence.
 */
record Cron(ExecutionTime times) implements ScheduleExpression {
    private static final int FIELDS = 6;
    private static final int DAY_OF_MONTH = 2;
    private static final int DAY_OF_WEEK = 4;

    private static final CronParser PARSER = new CronParser(definition());

    // In a list, the parser takes these and then forgets them; and not every month has a 29th.
    private static final Pattern SPECIAL_DAY_OF_MONTH = Pattern.compile(".*[LW].*");
    private static final Pattern TAKEN_DAY_OF_MONTH = Pattern.compile("LW?|([1-9]|1\\d|2[0-8])W");
    private static final Pattern SPECIAL_DAY_OF_WEEK = Pattern.compile(".*[L#].*");
    private static final Pattern TAKEN_DAY_OF_WEEK = Pattern.compile("([1-7]|[A-Z]{3})?L|([1-7]|[A-Z]{3})#[1-5]");

    static Cron parse(String text) {
        String[] fields = text.toUpperCase(Locale.ROOT).split("\\s+");
        if (fields.length != FIELDS) {
            throw ScheduleExpression.invalid(
                    "cron(…) has six fields: minutes, hours, day of month, month, day of week, year;"
                            + " such as cron(0 6 ? * MON-FRI *)");
        }
        requireAlone(
                fields[DAY_OF_MONTH],
                SPECIAL_DAY_OF_MONTH,
                TAKEN_DAY_OF_MONTH,
                "in the day of the month, L, LW and 1W to 28W stand alone");
        requireAlone(
                fields[DAY_OF_WEEK],
                SPECIAL_DAY_OF_WEEK,
                TAKEN_DAY_OF_WEEK,
                "in the day of the week, L, 6L and 6#1 to 6#5 stand alone");
        try {
            return new Cron(
                    ExecutionTime.forCron(PARSER.parse(String.join(" ", fields)).validate()));
        } catch (IllegalArgumentException e) {
            throw ScheduleExpression.invalid("this is no cron expression: " + e.getMessage());
        }
    }

    private static void requireAlone(String field, Pattern special, Pattern taken, String why) {
        if (special.matcher(field).matches() && !taken.matcher(field).matches()) {
            throw ScheduleExpression.invalid(why);
        }
    }

    /** The next time, computed on a clock without changes and then converted to the zone's. */
    @Override
    public Optional<Instant> next(Instant after, ZoneId zone, Instant since) {
        ZonedDateTime steady = after.atZone(zone).toLocalDateTime().atZone(ZoneOffset.UTC);
        while (true) {
            Optional<ZonedDateTime> found = times.nextExecution(steady);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            steady = found.get();
            var local = steady.toLocalDateTime();
            var offsets = zone.getRules().getValidOffsets(local);
            if (!offsets.isEmpty() && local.toInstant(offsets.getFirst()).isAfter(after)) {
                return Optional.of(local.toInstant(offsets.getFirst()));
            }
        }
    }

    private static CronDefinition definition() {
        return CronDefinitionBuilder.defineCron()
                .withMinutes()
                .withStrictRange()
                .and()
                .withHours()
                .withStrictRange()
                .and()
                .withDayOfMonth()
                .supportsL()
                .supportsW()
                .supportsLW()
                .supportsQuestionMark()
                .withStrictRange()
                .and()
                .withMonth()
                .withStrictRange()
                .and()
                .withDayOfWeek()
                .withValidRange(1, 7)
                .withMondayDoWValue(2)
                .supportsHash()
                .supportsL()
                .supportsQuestionMark()
                .withStrictRange()
                .and()
                .withYear()
                .withValidRange(1970, 2199)
                .withStrictRange()
                .and()
                .withCronValidation(oneQuestionMark())
                .instance();
    }

    private static CronConstraint oneQuestionMark() {
        return new CronConstraint("one of the day of month and the day of week must be ?, and the other must not") {
            @Override
            public boolean validate(com.cronutils.model.Cron cron) {
                var fields = cron.retrieveFieldsAsMap();
                return isAny(fields.get(CronFieldName.DAY_OF_MONTH)) != isAny(fields.get(CronFieldName.DAY_OF_WEEK));
            }

            private boolean isAny(@Nullable CronField field) {
                return field != null && field.getExpression() instanceof QuestionMark;
            }
        };
    }
}
