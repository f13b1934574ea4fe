package dev.lading.sync.run;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a run leaves out of what was requested.
 *
 * @param count of all
 * @param named the first of them, each with the reason
 */
public record LeftOut(long count, List<String> named) {
    public static final LeftOut NONE = new LeftOut(0, List.of());

    /** Limit on names, since they are part of a record that is written for each blob. */
    private static final int MOST_NAMED = 40;

    private static final int MOST_CHARACTERS = 500;

    public LeftOut {
        named = named == null ? List.of() : List.copyOf(named);
    }

    /** @param one with its reason, in the words of a message */
    public LeftOut with(String one) {
        if (named.size() == MOST_NAMED) {
            return new LeftOut(count + 1, named);
        }
        String cut = one.length() > MOST_CHARACTERS ? one.substring(0, MOST_CHARACTERS) + "…" : one;
        return new LeftOut(
                count + 1, Stream.concat(named.stream(), Stream.of(cut)).toList());
    }

    LeftOut and(LeftOut others) {
        LeftOut all = this;
        for (String one : others.named) {
            all = all.with(one);
        }
        return new LeftOut(count + others.count, all.named);
    }

    /** A sentence for the task's report. */
    String sentence() {
        long others = count - named.size();
        return "Left out: " + String.join("; ", named) + (others > 0 ? "; and " + others + " more" : "");
    }
}
