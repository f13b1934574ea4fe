package dev.lading.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which volume an archive is, as its beginning says.
 *
 * @param number from 1 on
 * @param count of all volumes of the bundle
 * @param volumeBytes size that none of them exceeds
 */
public record VolumeMark(int number, int count, long volumeBytes) {
    static final String PATH = "lading/volume";

    /** Limit on the text. */
    static final int MAX_BYTES = 99;

    private static final Pattern TEXT =
            Pattern.compile("volume ([1-9][0-9]{0,2}) of ([1-9][0-9]{0,2}), ([1-9][0-9]{0,15}) bytes\n");

    byte[] text() {
        return "volume %d of %d, %d bytes\n"
                .formatted(number, count, volumeBytes)
                .getBytes(US_ASCII);
    }

    /** @throws BundleRefused if it is none */
    static VolumeMark parse(byte[] text) {
        Matcher parts = TEXT.matcher(new String(text, US_ASCII));
        if (parts.matches()) {
            var mark = new VolumeMark(
                    Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Long.parseLong(parts.group(3)));
            if (Arrays.equals(text, mark.text())) {
                return mark;
            }
        }
        throw new BundleRefused(PATH + " does not say which volume this is");
    }

    @Override
    public String toString() {
        return "volume " + number + " of " + count;
    }
}
