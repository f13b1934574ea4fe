package dev.lading.infra.option;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The CDK context, read by name and type. {@code --context} gives text where {@code cdk.json} gives numbers and
 * booleans; both are accepted. Empty text means not set.
 */
final class ContextOptions {
    private final Map<String, Object> context;
    private final Set<String> known = new HashSet<>();

    ContextOptions(Map<String, Object> context) {
        this.context = context;
    }

    Optional<String> text(String name) {
        known.add(name);
        return Optional.ofNullable(context.get(name))
                .map(value -> value.toString().strip())
                .filter(value -> !value.isEmpty());
    }

    String text(String name, String pattern, String meaning, String otherwise) {
        String value = text(name).orElse(otherwise);
        if (!value.matches(pattern)) {
            throw new OptionInvalid("%s must be %s, not '%s'.".formatted(name, meaning, value));
        }
        return value;
    }

    boolean flag(String name, boolean otherwise) {
        return switch (text(name).orElse(Boolean.toString(otherwise))) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw new OptionInvalid("%s must be true or false, not '%s'.".formatted(name, other));
        };
    }

    int number(String name, int least, int most, int otherwise) {
        String value = text(name).orElse(Integer.toString(otherwise));
        // Context that passed through JavaScript may read 512.0.
        String digits = value.endsWith(".0") ? value.substring(0, value.length() - 2) : value;
        if (!digits.matches("\\d{1,9}") || Integer.parseInt(digits) < least || Integer.parseInt(digits) > most) {
            throw new OptionInvalid(
                    "%s must be a whole number from %d to %d, not '%s'.".formatted(name, least, most, value));
        }
        return Integer.parseInt(digits);
    }

    /**
     * Rejects unknown names, which are probably misspelled. CDK's own context has names with a colon, a slash or a
     * hyphen, and is ignored.
     */
    void refuseUnknown() {
        for (String name : new TreeSet<>(context.keySet())) {
            if (name.matches("[A-Za-z0-9]+") && !known.contains(name)) {
                throw new OptionInvalid("There is no option '%s'; there are %s."
                        .formatted(name, String.join(", ", new TreeSet<>(known))));
            }
        }
    }
}
