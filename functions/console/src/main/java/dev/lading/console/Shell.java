package dev.lading.console;

import io.quarkus.qute.TemplateExtension;
import java.util.regex.Pattern;

/** Values in commands that are shown to be copied. */
@TemplateExtension
public final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

    private Shell() {}

    /** Text as one word of a POSIX shell, whatever is in it. */
    public static String shell(String text) {
        // A line break or an escape in a pasted command would run what is before it, or hide what is behind it.
        String visible = text.replaceAll("\\p{Cntrl}", "?");
        return PLAIN.matcher(visible).matches() && !visible.startsWith("-")
                ? visible
                : "'" + visible.replace("'", "'\\''") + "'";
    }
}
