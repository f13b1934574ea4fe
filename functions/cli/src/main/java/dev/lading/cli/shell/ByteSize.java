package dev.lading.cli.shell;

import dev.lading.cli.api.CommandFailure;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size as it is typed: a number of bytes, or of KiB, MiB, GiB or TiB, which docker calls k, m, g and t. */
public final class ByteSize {
    private static final List<String> UNITS = List.of("", "k", "m", "g", "t");
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,14})((?:[KMGT]iB|[kmgt])?)");
    private static final long STEP = 1024;
    private static final long MOST = 1L << 50;

    private ByteSize() {}

    /** The bytes. */
    public static long parse(String option, String text) {
        Matcher parts = TEXT.matcher(text);
        if (parts.matches()) {
            long bytes = Long.parseLong(parts.group(1));
            for (int unit = UNITS.indexOf(parts.group(2).replace("iB", "").toLowerCase(Locale.ROOT));
                    unit > 0 && bytes <= MOST;
                    unit--) {
                bytes *= STEP;
            }
            if (bytes <= MOST) {
                return bytes;
            }
        }
        throw CommandFailure.usage(option + " is a size such as 700MiB or 4GiB, and not '" + text + "'");
    }
}
