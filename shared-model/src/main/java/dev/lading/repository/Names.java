package dev.lading.repository;

/** Bounds of all sort keys made of text, whatever characters it has. */
final class Names {
    static final String FIRST = "\u0001";
    static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private Names() {}
}
