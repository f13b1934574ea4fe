package dev.lading.metadata;

import java.util.List;

/**
 * One of sixteen partitions of a table whose records are spread by a hexadecimal digit of what they are found by, so that
 * no partition takes all writes and all of them can be walked.
 */
public record HexPartition(char digit) {
    /** All sixteen, in order. */
    public static final List<HexPartition> ALL = "0123456789abcdef"
            .chars()
            .mapToObj(digit -> new HexPartition((char) digit))
            .toList();

    /** The partition of the first digit of {@code hex}. */
    public static HexPartition first(String hex) {
        return new HexPartition(hex.charAt(0));
    }

    /** The partition of the last digit of {@code hex}, where the first ones are a time. */
    public static HexPartition last(String hex) {
        return new HexPartition(hex.charAt(hex.length() - 1));
    }

    /** All records of this partition. */
    public Query all(int limit) {
        return Query.ascending(toString(), "0", "~", limit);
    }

    @Override
    public String toString() {
        return String.valueOf(digit);
    }
}
