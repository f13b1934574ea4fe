package dev.lading.history;

/** Bounds of all sort keys made of text, whatever characters it has. */
public final class SortKeys {
    public static final String FIRST = "\u0001";
    public static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private SortKeys() {}
}
