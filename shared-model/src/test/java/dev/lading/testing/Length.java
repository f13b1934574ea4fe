package dev.lading.testing;

/** How long tests are that prove more the longer they go on. */
public final class Length {
    private static final boolean FULL = System.getenv("E2E_FULL") != null;

    private Length() {}

    /** The first, or in {@code make e2e-full} the second. */
    public static int of(int few, int full) {
        return FULL ? full : few;
    }
}
