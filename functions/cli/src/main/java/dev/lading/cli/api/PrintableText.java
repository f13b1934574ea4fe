package dev.lading.cli.api;

/** Foreign text made safe for a terminal. */
public final class PrintableText {
    private static final char REPLACEMENT = '?';
    private static final int MOST_CHARACTERS = 2000;

    private PrintableText() {}

    /** One line without control characters, direction marks and lone surrogates; very long text is cut. */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(MOST_CHARACTERS)
                .forEach(point -> shown.appendCodePoint(isPrintable(point) ? point : REPLACEMENT));
        return text.codePointCount(0, text.length()) > MOST_CHARACTERS ? shown + "..." : shown.toString();
    }

    /** Whether a terminal shows a character, and does nothing else. */
    public static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
