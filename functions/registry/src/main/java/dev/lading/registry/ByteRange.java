package dev.lading.registry;

import dev.lading.oci.RegistryException.RangeInvalid;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a blob that a {@code Range} header selects. Several ranges, or another unit, select the whole, as RFC
 * 9110, section 14.2, allows; so does any range of an empty blob, since clients that resume always send one.
 *
 * @param isWhole no range was asked for, or none that is understood
 */
record ByteRange(long offset, long length, long sizeBytes, boolean isWhole) {
    private static final Pattern SYNTAX = Pattern.compile("(?i:bytes)=(\\d{0,18})-(\\d{0,18})");

    static ByteRange whole(long sizeBytes) {
        return new ByteRange(0, sizeBytes, sizeBytes, true);
    }

    /** @throws RangeInvalid if it holds no byte of the blob */
    static ByteRange parse(Optional<String> header, long sizeBytes) {
        Matcher range = SYNTAX.matcher(header.map(String::strip).orElse(""));
        if (sizeBytes == 0
                || !range.matches()
                || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return whole(sizeBytes);
        }
        long first;
        long last = sizeBytes - 1;
        if (range.group(1).isEmpty()) {
            first = Math.max(0, sizeBytes - Long.parseLong(range.group(2)));
        } else {
            first = Long.parseLong(range.group(1));
            if (!range.group(2).isEmpty()) {
                last = Math.min(last, Long.parseLong(range.group(2)));
            }
        }
        if (first > last) {
            throw new RangeInvalid(header.orElseThrow(), sizeBytes);
        }
        return new ByteRange(first, last - first + 1, sizeBytes, false);
    }

    /** The {@code Content-Range} header. */
    @Override
    public String toString() {
        return "bytes " + offset + "-" + (offset + length - 1) + "/" + sizeBytes;
    }
}
