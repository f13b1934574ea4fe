package dev.lading.builder;

import dev.lading.operation.build.BuildWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The log of one build: a file of bounded size, and what its lines tell. */
final class BuildLog extends OutputStream {
    static final long MOST_BYTES = 16L * 1024 * 1024;

    private static final int MOST_LINE = 4 * 1024;
    private static final Pattern STEP = Pattern.compile("(?:\\[\\d+/\\d+] )?STEP (\\d+)/(\\d+): .*");
    private static final Pattern ERROR = Pattern.compile("(?i)(?:fatal )?error:? .*");
    /** What runtime.sh says; buildah then adds that it failed. */
    private static final String REFUSED = "Error: the step mounts ";

    /** What a registry answers with several errors, each of which has a line. */
    private static final String LIST = ": errors:";

    private static final String CACHED = "--> Using cache ";
    private static final String PLATFORM = "# platform ";

    private final OutputStream file;
    private final StringBuilder line = new StringBuilder();
    private long written;
    private int platform;
    private int step;
    private int steps;
    private int cached;
    private String last = "";
    private Optional<String> error = Optional.empty();

    BuildLog(Path file) throws IOException {
        this.file = Files.newOutputStream(file);
    }

    /** Counts the last step as done. */
    synchronized void end() {
        step = steps + 1;
    }

    /** Tells how far the build is. */
    void tell(BuildWatch watch) {
        int[] now = state();
        if (now[2] > 0) {
            watch.step(now[0], now[1], now[2]);
        }
        if (now[3] > 0) {
            watch.cached(now[3]);
        }
    }

    private synchronized int[] state() {
        return new int[] {platform, step, steps, cached};
    }

    /** The line that says why a build failed, as well as it can be told. */
    synchronized String reason() {
        return error.orElse(last);
    }

    @Override
    public synchronized void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        int kept = (int) Math.min(length, Math.max(0, MOST_BYTES - written));
        file.write(bytes, offset, kept);
        if (written < MOST_BYTES && written + length >= MOST_BYTES) {
            file.write("\n# the log ends here: it is larger than 16 MiB\n".getBytes(StandardCharsets.UTF_8));
        }
        written += length;
        read(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
    }

    private void read(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                readLine(new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                        .strip());
                line.setLength(0);
            } else if (line.length() < MOST_LINE) {
                line.append(c);
            }
        }
    }

    private void readLine(String read) {
        if (read.isEmpty()) {
            return;
        }
        // Reasons are shown in terminals.
        last = read.replaceAll("\\p{Cntrl}", "?");
        Matcher begun = STEP.matcher(read);
        if (begun.matches()) {
            step = number(begun.group(1));
            steps = number(begun.group(2));
        } else if (read.startsWith(CACHED)) {
            cached++;
        } else if (read.startsWith(PLATFORM)) {
            platform++;
        } else if (last.contains(REFUSED)) {
            error = Optional.of(last.substring(last.indexOf(REFUSED)));
        } else if (ERROR.matcher(last).matches()
                && error.filter(said -> said.startsWith(REFUSED)).isEmpty()) {
            error = Optional.of(last);
        } else if (error.filter(BuildLog::goesOn).isPresent()) {
            error = Optional.of(error.get() + (error.get().endsWith(LIST) ? " " : "; ") + last);
        }
    }

    /** Whether lines below an error are part of it. */
    private static boolean goesOn(String error) {
        return error.contains(LIST) && error.length() < MOST_LINE;
    }

    private static int number(String digits) {
        return digits.length() < 7 ? Integer.parseInt(digits) : 0;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
