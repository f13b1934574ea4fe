package dev.lading.management.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values of a validated body, after {@link Model#read}. Each look-up takes a default for an absent field: a field
 * that is present and null is emptied, one that is absent stays as it was.
 */
public final class Values {
    private final ObjectNode json;

    Values(ObjectNode json) {
        this.json = json;
    }

    public boolean has(String field) {
        return json.has(field);
    }

    /** Text of a field that is required and may not be null. */
    public String text(String field) {
        return json.get(field).textValue();
    }

    public String text(String field, String otherwise) {
        return has(field) ? json.get(field).textValue() : otherwise;
    }

    public Optional<String> text(String field, Optional<String> otherwise) {
        return has(field) ? given(field).map(JsonNode::textValue) : otherwise;
    }

    public Optional<Long> integer(String field, Optional<Long> otherwise) {
        return has(field) ? given(field).map(JsonNode::longValue) : otherwise;
    }

    public Optional<Double> number(String field, Optional<Double> otherwise) {
        return has(field) ? given(field).map(JsonNode::doubleValue) : otherwise;
    }

    public boolean bool(String field, boolean otherwise) {
        return has(field) ? json.get(field).booleanValue() : otherwise;
    }

    public Instant time(String field, Instant otherwise) {
        return given(field).flatMap(text -> Schema.time(text.textValue())).orElse(otherwise);
    }

    /** Texts of a field; null counts as empty. */
    public List<String> texts(String field, List<String> otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        json.get(field).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    public List<Map<String, String>> maps(String field, List<Map<String, String>> otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        List<Map<String, String>> maps = new ArrayList<>();
        json.get(field).forEach(each -> maps.add(map(each)));
        return maps;
    }

    public Map<String, @Nullable String> texts(String field, Map<String, @Nullable String> otherwise) {
        return has(field) ? map(json.get(field)) : otherwise;
    }

    private static Map<String, @Nullable String> map(JsonNode object) {
        Map<String, @Nullable String> map = new LinkedHashMap<>();
        object.properties()
                .forEach(each -> map.put(
                        each.getKey(),
                        each.getValue().isNull() ? null : each.getValue().asText()));
        return map;
    }

    private Optional<JsonNode> given(String field) {
        return Optional.ofNullable(json.get(field)).filter(node -> !node.isNull());
    }
}
