package dev.lading.management.api;

import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameter {@code pulp_label_select}: terms with commas between them, of which all must hold. {@code key}, {@code
 * !key}, {@code key=value}, {@code key!=value}, {@code key~part}; a comma in a value is written {@code \,}.
 */
final class LabelSelect {
    private static final Pattern TERM = Pattern.compile("(!?)([\\w .\\-]+)(?:(=|!=|~)(.*))?", Pattern.DOTALL);
    private static final Pattern COMMA = Pattern.compile("(?<!\\\\),");

    private LabelSelect() {}

    static Predicate<Map<String, @Nullable String>> parse(String parameter, String text) {
        Predicate<Map<String, @Nullable String>> all = labels -> true;
        for (String term : COMMA.split(text, -1)) {
            Matcher parts = TERM.matcher(term);
            if (!parts.matches() || (!parts.group(1).isEmpty() && parts.group(3) != null)) {
                throw Problem.field(parameter, "'" + term + "' is not key, !key, key=value, key!=value or key~part");
            }
            all = all.and(term(parts));
        }
        return all;
    }

    private static Predicate<Map<String, @Nullable String>> term(Matcher parts) {
        String key = parts.group(2);
        if (!parts.group(1).isEmpty()) {
            return labels -> !labels.containsKey(key);
        }
        if (parts.group(3) == null) {
            return labels -> labels.containsKey(key);
        }
        String value = parts.group(4).replace("\\,", ",");
        return switch (parts.group(3)) {
            case "=" -> labels -> value.equals(labels.get(key));
            case "!=" -> labels -> labels.containsKey(key) && !value.equals(labels.get(key));
            default ->
                labels -> {
                    String found = labels.get(key);
                    return found != null && found.toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT));
                };
        };
    }
}
