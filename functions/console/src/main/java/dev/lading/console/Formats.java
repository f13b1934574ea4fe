package dev.lading.console;

import dev.lading.oci.Digest;
import io.quarkus.qute.TemplateExtension;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How templates write values. */
@TemplateExtension
final class Formats {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int BRIEF = "sha256:".length() + 12;
    private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB"};

    private Formats() {}

    /** As {@code time} elements have it. */
    static String iso(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String utc(Instant time) {
        return UTC.format(time);
    }

    /** How long ago a time was, in one unit. */
    static String ago(Instant time, Instant now) {
        Duration age = Duration.between(time, now);
        if (age.isNegative()) {
            return "in " + length(age.negated());
        }
        return age.toSeconds() < 5 ? "just now" : length(age) + " ago";
    }

    /** A length of time in its largest unit. */
    static String length(Duration length) {
        if (length.toMinutes() < 1) {
            return count(length.toSeconds(), "second");
        }
        if (length.toHours() < 1) {
            return count(length.toMinutes(), "minute");
        }
        if (length.toDays() < 1) {
            return count(length.toHours(), "hour");
        }
        if (length.toDays() < 60) {
            return count(length.toDays(), "day");
        }
        return length.toDays() < 730 ? count(length.toDays() / 30, "month") : count(length.toDays() / 365, "year");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    /** A number with its noun, which is written with an s unless there is one. */
    static String of(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
    }

    /** Bytes, in powers of a thousand as registries count them. */
    static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    /** Enough of a digest to tell it from others. */
    static String brief(Digest digest) {
        String text = digest.toString();
        return text.length() > BRIEF ? text.substring(0, BRIEF) : text;
    }

    /** Text as a value in a query. */
    static String urlEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
