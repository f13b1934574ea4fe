package dev.lading.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.NameInvalid;
import java.util.regex.Pattern;

/**
 * The path a repository is pulled at, at most {@value #MAX_LENGTH} characters.
 * Source: distribution-spec v1.1, "Pulling manifests"; the length is what clients leave room for beside a host name.
 */
public record RepositoryName(String value) {
    public static final int MAX_LENGTH = 255;

    private static final String COMPONENT = "[a-z0-9]++(?:(?:[._]|__|-++)[a-z0-9]++)*+";
    private static final Pattern SYNTAX = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");

    @JsonCreator
    public RepositoryName {
        if (!isValid(value)) {
            throw new NameInvalid(value);
        }
    }

    public static boolean isValid(String value) {
        return value.length() <= MAX_LENGTH && SYNTAX.matcher(value).matches();
    }

    @JsonValue
    @Override
    public String toString() {
        return value;
    }
}
