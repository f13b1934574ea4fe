package dev.lading.console.access;

import dev.lading.console.FormInput;
import java.util.HashMap;
import java.util.Map;

/** Forms of a page that shows what is there already. */
public final class Inputs {
    private static final int MAX_NAME = 150;

    private Inputs() {}

    /** What a name in a search begins with; no more of it than a name can have. */
    static String prefix(String given) {
        String text = given.strip();
        return text.substring(0, Math.min(text.length(), MAX_NAME));
    }

    /** What was sent, and where it was not, what is. */
    public static FormInput over(Map<String, String> present, FormInput sent) {
        Map<String, String> values = new HashMap<>(present);
        values.putAll(sent.values());
        return new FormInput(values, sent.problems());
    }
}
