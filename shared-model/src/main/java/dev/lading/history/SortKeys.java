package dev.lading.history;

/** Lower and upper bound of all sort keys made of text, whatever its characters. */
public final class SortKeys {
    public static final String FIRST = "\u0001";
    public static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private SortKeys() {}
}
