package dev.lading.cli.shell;

import dev.lading.cli.api.CommandFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** A time as it is typed: hours, minutes and seconds, such as 90s or 1h30m. */
public final class TimeSpan {
    private static final Pattern TEXT = Pattern.compile("(?=[1-9])(?:[0-9]{1,4}h)?(?:[0-9]{1,5}m)?(?:[0-9]{1,7}s)?");

    private TimeSpan() {}

    public static Duration parse(String option, String text) {
        if (!TEXT.matcher(text).matches()) {
            throw CommandFailure.usage(option + " is a time such as 90s, 30m or 1h30m, and not '" + text + "'");
        }
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
