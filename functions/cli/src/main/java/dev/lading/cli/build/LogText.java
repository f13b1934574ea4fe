package dev.lading.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.cli.api.PrintableText;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.regex.Pattern;

/**
 * A log as it comes, made safe for a terminal: lines, tabs and colours are left, and whatever else moves a cursor or
 * asks a terminal for something is not. A part may end within a character or a sequence.
 */
final class LogText {
    private static final char ESCAPE = '\u001b';
    private static final char REPLACEMENT = '?';
    private static final String PLAIN = ESCAPE + "[0m";

    /** A longer sequence is none, and is shown without its escape. */
    private static final int LONGEST_SEQUENCE = 32;

    private static final Pattern BEGUN = Pattern.compile("\u001b(?:\\[[0-9:;<=>?]*[ -/]*)?");
    private static final Pattern WHOLE = Pattern.compile("\u001b\\[[0-9:;<=>?]*[ -/]*[@-~]");
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9:;]*m");

    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final StringBuilder sequence = new StringBuilder();
    private byte[] unread = new byte[0];
    private boolean isReturned;
    private boolean isColoured;

    /** The next part of the text. */
    String of(byte[] part) {
        StringBuilder shown = new StringBuilder(part.length);
        decode(part).codePoints().forEach(point -> append(shown, point));
        return shown.toString();
    }

    /** What ends the text: colours do not reach what follows. */
    String end() {
        return isColoured ? PLAIN : "";
    }

    private String decode(byte[] part) {
        ByteBuffer bytes = ByteBuffer.allocate(unread.length + part.length)
                .put(unread)
                .put(part)
                .flip();
        CharBuffer characters = CharBuffer.allocate(bytes.remaining() + 1);
        decoder.decode(bytes, characters, false);
        unread = new byte[bytes.remaining()];
        bytes.get(unread);
        return characters.flip().toString();
    }

    private void append(StringBuilder shown, int point) {
        if (!sequence.isEmpty() || point == ESCAPE) {
            sequence.appendCodePoint(point);
            if (sequence.length() <= LONGEST_SEQUENCE && BEGUN.matcher(sequence).matches()) {
                return;
            }
            String ended = sequence.toString();
            sequence.setLength(0);
            if (COLOUR.matcher(ended).matches()) {
                isColoured = true;
                shown.append(ended);
            } else if (!WHOLE.matcher(ended).matches()) {
                ended.substring(1).codePoints().forEach(each -> append(shown, each));
            }
            return;
        }
        // A line that was written over is shown beside what replaced it.
        if (isReturned && point != '\n' && point != '\r') {
            shown.append('\n');
        }
        isReturned = point == '\r';
        if (point == '\n' || point == '\t' || PrintableText.isPrintable(point)) {
            shown.appendCodePoint(point);
        } else if (Character.getType(point) != Character.CONTROL) {
            shown.append(REPLACEMENT);
        }
    }
}
