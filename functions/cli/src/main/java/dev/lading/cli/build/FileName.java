package dev.lading.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A name as its bytes have it: Java reads names by the locale, and in that of many CI jobs nothing but ASCII is left.
 *
 * @param text with a mark for each byte that is no UTF-8
 * @param isUtf8 whether there is no such byte
 */
record FileName(String text, boolean isUtf8) {
    static FileName of(Path path) {
        byte[] bytes = bytes(path);
        String text = new String(bytes, UTF_8);
        return new FileName(text, Arrays.equals(bytes, text.getBytes(UTF_8)));
    }

    private static byte[] bytes(Path path) {
        // Java shows the bytes of a path in one place: where it makes a URI of it.
        String uri = Path.of("/").resolve(path).toUri().getRawPath();
        String named = uri.substring(path.isAbsolute() ? 0 : 1).replaceFirst("(?<=.)/$", "");
        var bytes = new ByteArrayOutputStream(named.length());
        for (int at = 0; at < named.length(); at++) {
            if (named.charAt(at) == '%') {
                bytes.write(HexFormat.fromHexDigits(named, at + 1, at + 3));
                at += 2;
            } else {
                bytes.write(named.charAt(at));
            }
        }
        return bytes.toByteArray();
    }
}
