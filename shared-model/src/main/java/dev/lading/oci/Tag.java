package dev.lading.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.TagInvalid;
import java.util.regex.Pattern;

/** A name for a manifest inside a repository, at most {@value #MAX_LENGTH} characters. Source: distribution-spec v1.1, "Pulling manifests". */
public record Tag(String value) {
    public static final int MAX_LENGTH = 128;

    private static final Pattern SYNTAX = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    @JsonCreator
    public Tag {
        if (!isValid(value)) {
            throw new TagInvalid(value);
        }
    }

    public static boolean isValid(String value) {
        return SYNTAX.matcher(value).matches();
    }

    @JsonValue
    @Override
    public String toString() {
        return value;
    }
}
