package dev.lading.cli.api;

import java.io.PrintStream;

/** How far something is, on standard error: one line that is written over on a terminal, elsewhere a line for each phase. */
public final class ProgressLine {
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private String shown = "";

    public ProgressLine(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** @param counts what changes all the time within a phase, or nothing */
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

    /** Leaves the terminal's line empty for what is said next. */
    public void clear() {
        if (terminal && !shown.isEmpty()) {
            err.print(ERASE);
            err.flush();
        }
    }
}
