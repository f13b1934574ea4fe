package dev.lading.console.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.console.Some;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** A name and what it stands for, in a configuration, or among labels and annotations. */
public record Setting(String name, Some<String> values) {
    private static final int MAX_VALUES = 100;
    private static final int MAX_TEXT = 2_000;

    static Setting of(String name, String value) {
        return new Setting(
                Some.text(name, ImagePart.MAX_NAME), Some.of(List.of(Some.text(value, MAX_TEXT)), MAX_VALUES));
    }

    static Setting of(String name, List<String> values) {
        return new Setting(name, Some.of(values, MAX_VALUES).map(value -> Some.text(value, MAX_TEXT)));
    }

    /** The fields of an object, in the order of their names. */
    static Some<Setting> fields(JsonNode object) {
        var all =
                object.properties().stream().sorted(Map.Entry.comparingByKey()).toList();
        return Some.of(all, MAX_VALUES).map(field -> of(field.getKey(), written(field.getValue())));
    }

    /** A text as it is, anything else as JSON. */
    static String written(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    static List<String> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(Setting::written)
                .toList();
    }
}
