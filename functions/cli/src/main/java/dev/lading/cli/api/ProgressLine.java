package dev.lading.cli.api;

import java.io.PrintStream;

/** Progress on standard error: one line that is overwritten on a terminal, elsewhere a line for each phase. */
public final class ProgressLine {
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private String shown = "";

    public ProgressLine(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** @param counts the part that changes within a phase; may be empty */
    public void show(String phase, String counts) {
        String text = PrintableText.of(terminal ? (phase + " " + counts).strip() : phase);
        if (text.equals(shown)) {
            return;
        }
        shown = text;
        if (terminal) {
            err.print(ERASE + text);
            err.flush();
        } else {
            err.println(text);
        }
    }

    /** Clears the terminal's line for the next message. */
    public void clear() {
        if (terminal && !shown.isEmpty()) {
            err.print(ERASE);
            err.flush();
        }
    }
}
