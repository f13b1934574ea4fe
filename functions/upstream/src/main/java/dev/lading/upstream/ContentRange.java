package dev.lading.upstream;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The range of bytes that a partial answer holds. Source: RFC 9110, section 14.4.
 *
 * @param first -1: none, as for {@code bytes *}{@code /100}
 * @param totalBytes of the whole; empty: not known
 */
record ContentRange(long first, OptionalLong totalBytes) {
    private static final Pattern SYNTAX =
            Pattern.compile("bytes (?:([0-9]{1,18})-[0-9]{1,18}|\\*)/([0-9]{1,18}|\\*)", Pattern.CASE_INSENSITIVE);

    static Optional<ContentRange> parse(String header) {
        Matcher matcher = SYNTAX.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String total = matcher.group(2);
        return Optional.of(new ContentRange(
                matcher.group(1) == null ? -1 : Long.parseLong(matcher.group(1)),
                total.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total))));
    }
}
