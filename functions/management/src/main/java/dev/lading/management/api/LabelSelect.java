package dev.lading.management.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameter {@code pulp_label_select}: terms with commas between them, of which all must hold. {@code key},
 * {@code !key}, {@code key=value}, {@code key!=value}, {@code key~part}; a comma in a value is written {@code \,}.
 */
final class LabelSelect {
    private static final Pattern TERM =
            Pattern.compile("(!?)([\\w .\\-]+)(?:(=|!=|~)(.*))?", Pattern.DOTALL | Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern COMMA = Pattern.compile("(?<!\\\\),");

    private static final int MAX_TERMS = 100;

    private LabelSelect() {}

    static Predicate<Map<String, @Nullable String>> parse(String parameter, String text) {
        List<Predicate<Map<String, @Nullable String>>> all = new ArrayList<>();
        for (String term : COMMA.split(text, MAX_TERMS + 1)) {
            if (all.size() == MAX_TERMS) {
                throw Problem.field(parameter, "this has more than " + MAX_TERMS + " terms");
            }
            Matcher parts = TERM.matcher(term);
            if (!parts.matches() || (!parts.group(1).isEmpty() && parts.group(3) != null)) {
                throw Problem.field(parameter, "'" + term + "' is not key, !key, key=value, key!=value or key~part");
            }
            all.add(term(parts));
        }
        return labels -> all.stream().allMatch(term -> term.test(labels));
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
