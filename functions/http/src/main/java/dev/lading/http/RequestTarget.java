package dev.lading.http;

import dev.lading.http.mirror.Mirror;
import java.util.Locale;

/**
 * A request target in normal form, which everything behind {@link Gate} sees: no escapes of characters that need none,
 * no empty segments, no scheme and host. Targets that two readers could parse differently have no such form. Source:
 * RFC 9112, section 3.2; RFC 3986, section 6.
 */
final class RequestTarget {
    /** Prefix of paths with names of several parts, whose slashes clients escape. */
    private static final String NAMES = "/v2/";

    private static final char DELETE = 0x7f;

    private final String target;
    private final StringBuilder path = new StringBuilder();

    private RequestTarget(String target) {
        this.target = target;
    }

    /** @throws RequestRefused if its meaning depends on the reader */
    static String canonical(String target) throws RequestRefused {
        return isPlain(target) ? target : new RequestTarget(target).read();
    }

    /** Whether it is in normal form already, as nearly all are; cheaper than to build it anew. */
    private static boolean isPlain(String target) {
        if (!target.startsWith("/")) {
            return false;
        }
        for (int i = 1; i < target.length(); i++) {
            char c = target.charAt(i);
            boolean plain = (c == '/' || c == '.') ? target.charAt(i - 1) != '/' : isOfNames(c);
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfNames(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-_:".indexOf(c) >= 0;
    }

    private String read() throws RequestRefused {
        int start = pathStart();
        int query = target.indexOf('?', start);
        int end = query < 0 ? target.length() : query;
        for (int i = start; i < end; i++) {
            char c = target.charAt(i);
            if (c == '%') {
                escaped(value(i));
                i += 2;
            } else {
                plain(c);
            }
        }
        endSegment(path.length());
        return query < 0 ? path.toString() : path.append(query(query)).toString();
    }

    /** Start of the path, after scheme and host, where they are given. */
    private int pathStart() throws RequestRefused {
        if (target.startsWith("/")) {
            return 0;
        }
        int host = target.regionMatches(true, 0, "http://", 0, 7)
                ? 7
                : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
        int slash = host < 0 ? -1 : target.indexOf('/', host);
        if (slash <= host || target.substring(host, slash).indexOf('?') >= 0) {
            throw ambiguous("the request line must name a path");
        }
        return slash;
    }

    private void escaped(int value) throws RequestRefused {
        switch (value) {
            case '%' -> throw ambiguous("the path is escaped twice");
            case '?', '#' -> throw ambiguous("the path holds an escaped ? or #");
            case '/' -> {
                if (!holdsNames()) {
                    throw ambiguous("the path holds an escaped /");
                }
                plain('/');
            }
            default -> plain((char) value);
        }
    }

    private boolean holdsNames() {
        int names = path.indexOf(NAMES);
        return names == 0 || (names > 0 && path.indexOf(Mirror.PATHS) == 0);
    }

    private void plain(char c) throws RequestRefused {
        if (c < ' ' || c > '~') {
            throw ambiguous("the path holds a control character, or one that is not ASCII");
        }
        switch (c) {
            case ';', '\\', '#' -> throw ambiguous("the path holds " + c);
            case '/' -> {
                endSegment(path.length());
                if (path.isEmpty() || path.charAt(path.length() - 1) != '/') {
                    path.append('/');
                }
            }
            default -> append(path, c);
        }
    }

    private void endSegment(int end) throws RequestRefused {
        int start = path.lastIndexOf("/") + 1;
        int length = end - start;
        if (length > 0 && length <= 2 && path.charAt(start) == '.' && path.charAt(end - 1) == '.') {
            throw ambiguous("the path holds a segment . or ..");
        }
    }

    /** The query. Values keep their escapes, since a parameter may hold any character. */
    private StringBuilder query(int from) throws RequestRefused {
        StringBuilder query = new StringBuilder("?");
        for (int i = from + 1; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '%') {
                value(i);
                query.append(c);
            } else if (c < ' ' || c == DELETE || c == '#') {
                throw ambiguous("the query holds a control character or a #");
            } else {
                append(query, c);
            }
        }
        return query;
    }

    /**
     * Escapes what some clients send raw although an address must not hold it; of what is not ASCII, each character is
     * one byte.
     */
    private static void append(StringBuilder text, char c) {
        if (c > '~' || " \"<>[\\]^`{|}".indexOf(c) >= 0) {
            text.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
        } else {
            text.append(c);
        }
    }

    private int value(int percent) throws RequestRefused {
        int high = percent + 2 < target.length() ? Character.digit(target.charAt(percent + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(target.charAt(percent + 2), 16);
        if (low < 0 || target.charAt(percent + 1) > 'f' || target.charAt(percent + 2) > 'f') {
            throw ambiguous("a % is not followed by two hexadecimal digits");
        }
        return high * 16 + low;
    }

    private static RequestRefused ambiguous(String why) {
        return new RequestRefused(400, "this request can be read in two ways, so it is refused: " + why);
    }
}
