package dev.lading.console;

import java.util.regex.Pattern;

/** Paths of the console. */
public final class ConsolePath {
    /** Also the first page's: an HTTP API's route for all below it may not have that with a slash. */
    public static final String ROOT = "/ui";

    /** What pages link to each other by. A scheme, a host or a line end has no place in it. */
    private static final Pattern OWN = Pattern.compile(ROOT + "(/[\\w.~/?=&%:@+,-]*)?");

    private ConsolePath() {}

    static boolean covers(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    /** A path of the console, as somebody sent it back; of anything else, the first page's. */
    static String own(String given) {
        return OWN.matcher(given).matches() && !given.contains("//") && !given.contains("..") ? given : ROOT;
    }
}
