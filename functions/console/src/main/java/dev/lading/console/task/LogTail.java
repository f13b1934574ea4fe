package dev.lading.console.task;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The last part of a build's log.
 *
 * @param skippedBytes before it
 */
public record LogTail(String text, long skippedBytes) {
    private static final int MOST_BYTES = 16 * 1024;

    /** Colours and cursor movements, and other controls than line breaks and tabs. */
    private static final Pattern CONTROLS =
            Pattern.compile("\\x1b\\[[0-?]*[ -/]*[@-~]|\\x1b[@-_]|[\\p{Cntrl}&&[^\\n\\t]]");

    /** Empty: it was just deleted. */
    public static Optional<LogTail> of(Path file) throws IOException {
        try (FileChannel log = FileChannel.open(file)) {
            long from = Math.max(0, log.size() - MOST_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
            log.position(from);
            while (bytes.hasRemaining() && log.read(bytes) >= 0) {
                // More may be there.
            }
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            int line = from == 0 ? 0 : text.indexOf('\n') + 1;
            return Optional.of(
                    new LogTail(CONTROLS.matcher(text.substring(line)).replaceAll(""), from));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }
}
