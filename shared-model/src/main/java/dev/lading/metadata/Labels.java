package dev.lading.metadata;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Administrators' labels on a record, in the order of the keys. A value may be null or empty, which differ. Source:
 * Pulp REST API, "pulp_labels".
 */
public record Labels(Map<String, @Nullable String> values) {
    public static final Labels NONE = new Labels(Map.of());

    @JsonCreator
    public Labels {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    @JsonValue
    public Map<String, @Nullable String> json() {
        return values;
    }
}
