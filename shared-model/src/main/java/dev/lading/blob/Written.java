package dev.lading.blob;

/**
 * How far an unfinished blob has come.
 *
 * @param state what the store needs to go on, in its own words; empty: nothing
 */
public record Written(long sizeBytes, String state) {
    public static final Written NOTHING = new Written(0, "");

    public Written {
        state = state == null ? "" : state;
    }
}
