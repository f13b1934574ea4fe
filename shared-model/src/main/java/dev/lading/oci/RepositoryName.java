package dev.lading.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.NameInvalid;

/**
 * The path a repository is pulled at, at most {@value #MAX_LENGTH} characters. Source: distribution-spec v1.1, "Pulling
 * manifests"; clients leave room for this length beside a host name.
 */
public record RepositoryName(String value) {
    public static final int MAX_LENGTH = 255;

    @JsonCreator
    public RepositoryName {
        if (!isValid(value)) {
            throw new NameInvalid(value);
        }
    }

    /**
     * Whether a text is words of lower-case letters and digits, joined by a slash, a dot, one or two underscores, or
     * any number of hyphens. Parsed by hand: every request has a name, and the specification's regular expression took
     * a fiftieth of a pull.
     */
    public static boolean isValid(String value) {
        int joint = 0;
        boolean valid = !value.isEmpty() && value.length() <= MAX_LENGTH && isOfWords(value.charAt(0));
        for (int i = 1; valid && i < value.length(); i++) {
            char c = value.charAt(i);
            if (isOfWords(c)) {
                joint = 0;
            } else {
                joint++;
                valid = switch (c) {
                    case '/', '.' -> joint == 1;
                    case '_' -> joint == 1 || (joint == 2 && value.charAt(i - 1) == '_');
                    case '-' -> joint == 1 || value.charAt(i - 1) == '-';
                    default -> false;
                };
            }
        }
        return valid && joint == 0;
    }

    private static boolean isOfWords(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    @JsonValue
    @Override
    public String toString() {
        return value;
    }
}
