package dev.lading.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.TagInvalid;
import java.util.regex.Pattern;

/** A name for a manifest inside a repository, at most 128 characters. Source: distribution-spec v1.1, "Pulling manifests". */
public record Tag(String value) {
    private static final Pattern SYNTAX = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    @JsonCreator
    public Tag {
        if (!SYNTAX.matcher(value).matches()) {
            throw new TagInvalid(value);
        }
    }

    @JsonValue
    @Override
    public String toString() {
        return value;
    }
}
