package dev.lading.blob;

/**
 * Progress of an unfinished blob.
 *
 * @param state opaque text from which the store resumes; empty: nothing
 */
public record Written(long sizeBytes, String state) {
    public static final Written NOTHING = new Written(0, "");

    public Written {
        state = state == null ? "" : state;
    }
}
