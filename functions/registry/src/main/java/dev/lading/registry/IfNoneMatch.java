package dev.lading.registry;

import dev.lading.oci.Digest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The entity tags in {@code If-None-Match}. A tag is the content's digest and never stands for other bytes, so a weak
 * one is as good; some clients leave out the quotes. Takes precedence over {@code Range}. Source: RFC 9110, sections
 * 8.8.3, 13.1.2 and 13.2.2.
 */
final class IfNoneMatch {
    private static final Pattern ENTRY = Pattern.compile("(?:W/)?\"([^\"]*)\"|([^\\s,\"]+)");
    private static final String ANY = "*";

    private IfNoneMatch() {}

    /** Whether the client has the content, so that the answer is 304. */
    static boolean has(List<String> headers, Digest content) {
        return !headers.isEmpty() && headers.stream().anyMatch(header -> names(header, content.toString()));
    }

    private static boolean names(String header, String tag) {
        Matcher entries = ENTRY.matcher(header);
        while (entries.find()) {
            if (tag.equals(entries.group(1)) || tag.equals(entries.group(2)) || ANY.equals(entries.group(2))) {
                return true;
            }
        }
        return false;
    }

    /** The entity tag of an answer. */
    static String tag(Digest content) {
        return '"' + content.toString() + '"';
    }
}
