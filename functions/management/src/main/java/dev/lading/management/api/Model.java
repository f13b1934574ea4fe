package dev.lading.management.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A type of resource as the API shows and accepts it: the one description from which answers are rendered, bodies are
 * validated, and the OpenAPI document is made.
 *
 * @param <T> what is shown
 */
public final class Model<T> {
    /** The use of a property in answers and bodies. */
    private enum Use {
        SHOWN,
        TAKEN,
        BOTH
    }

    /**
     * A property.
     *
     * @param schema of what is accepted
     * @param shown schema of what is shown
     */
    private record Property<T>(
            String name,
            Schema schema,
            Schema shown,
            Use use,
            boolean required,
            @Nullable Function<T, ?> value) {
        boolean isShown() {
            return use != Use.TAKEN;
        }

        boolean isTaken() {
            return use != Use.SHOWN;
        }
    }

    private final String name;
    private final Map<String, Property<T>> properties = new LinkedHashMap<>();

    public Model(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Name of the schema that describes answers. */
    public String answerName() {
        return name + "Response";
    }

    /** Adds a property that is shown and never accepted. */
    public Model<T> shows(String property, Schema schema, Function<T, ?> value) {
        return add(new Property<>(property, schema, schema, Use.SHOWN, false, value));
    }

    /** Adds a property that is shown, never accepted, and always present. */
    public Model<T> tells(String property, Schema schema, Function<T, ?> value) {
        return add(new Property<>(property, schema, schema, Use.SHOWN, true, value));
    }

    public Model<T> requires(String property, Schema schema, Function<T, ?> value) {
        return add(new Property<>(property, schema, schema, Use.BOTH, true, value));
    }

    public Model<T> allows(String property, Schema schema, Function<T, ?> value) {
        return add(new Property<>(property, schema, schema, Use.BOTH, false, value));
    }

    /** Adds a property that is accepted, and in answers something else. */
    public Model<T> answers(String property, Schema taken, Schema shown, Function<T, ?> value) {
        return add(new Property<>(property, taken, shown, Use.BOTH, false, value));
    }

    /** Adds a property that is accepted and never shown. */
    public Model<T> takes(String property, Schema schema) {
        return add(new Property<>(property, schema, schema, Use.TAKEN, false, null));
    }

    /** Adds a property that is required and never shown. */
    public Model<T> needs(String property, Schema schema) {
        return add(new Property<>(property, schema, schema, Use.TAKEN, true, null));
    }

    private Model<T> add(Property<T> property) {
        properties.put(property.name(), property);
        return this;
    }

    /** Reads the value of a shown property, for filters and orders. */
    Function<T, ?> value(String property) {
        Property<T> found = properties.get(property);
        if (found == null || found.value() == null) {
            throw new IllegalArgumentException(name + " shows no property " + property);
        }
        return found.value();
    }

    /** Renders the selected properties; others are not computed. */
    public ObjectNode render(T shown, Selection selection) {
        ObjectNode json = Json.object();
        for (Property<T> property : properties.values()) {
            Function<T, ?> read = property.value();
            if (property.isShown() && read != null && selection.takes(property.name())) {
                Object value = read.apply(shown);
                json.set(property.name(), Json.tree(value instanceof Optional<?> o ? o.orElse(null) : value));
            }
        }
        return json;
    }

    /** JSON text as a value to show. */
    public static JsonNode raw(String json) {
        try {
            return Json.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<ObjectNode> renderAll(List<T> shown) {
        return shown.stream().map(each -> render(each, Selection.ALL)).toList();
    }

    /** Schema of a property that holds one of these. */
    public Schema schema() {
        return Schema.reference(answerName());
    }

    /** Schema of a property that holds a list of these. */
    public Schema listSchema() {
        return Schema.listOf(schema());
    }

    /**
     * Validates the body of a request.
     *
     * @param partial whether required properties may be absent, as in PATCH
     * @throws Problem with messages for every invalid property
     */
    public Values read(ObjectNode body, boolean partial) {
        Map<String, List<String>> messages = new LinkedHashMap<>();
        body.fieldNames().forEachRemaining(field -> {
            Property<T> property = properties.get(field);
            if (property == null) {
                messages.put(field, List.of("there is no such field"));
            }
        });
        ObjectNode taken = Json.object();
        for (Property<T> property : properties.values()) {
            if (property.isTaken()) {
                check(property, body.get(property.name()), partial, taken, messages);
            }
        }
        if (!messages.isEmpty()) {
            throw Problem.fields(messages);
        }
        return new Values(taken);
    }

    /** Adds a form's text, converted to the property's type. Lists are repeated, or JSON. */
    void addFormValue(ObjectNode body, String field, String text) {
        Property<T> property = properties.get(field);
        if (property == null) {
            body.put(field, text);
        } else {
            property.schema().addFormValue(body, field, text);
        }
    }

    private static void check(
            Property<?> property,
            @Nullable JsonNode value,
            boolean partial,
            ObjectNode taken,
            Map<String, List<String>> messages) {
        if (value != null) {
            JsonNode given =
                    property.schema().isReference() && value.asText("null").isEmpty() ? NullNode.instance : value;
            boolean isNone = given.isNull() && property.schema().isReference() && !property.required();
            List<String> wrong = isNone ? List.of() : property.schema().check(given);
            if (wrong.isEmpty()) {
                taken.set(property.name(), given);
            } else {
                messages.put(property.name(), wrong);
            }
        } else if (!partial && property.required()) {
            messages.put(property.name(), List.of("this field is required"));
        } else if (!partial) {
            property.schema().fallback().ifPresent(fallback -> taken.set(property.name(), Json.tree(fallback)));
        }
    }

    /** The schema of answers. */
    ObjectNode answerSchema() {
        return schema(true, false);
    }

    /** The schema of bodies. */
    ObjectNode bodySchema(boolean partial) {
        return schema(false, partial);
    }

    private ObjectNode schema(boolean answer, boolean partial) {
        ObjectNode json = Json.object().put("type", "object");
        List<String> required = new ArrayList<>();
        ObjectNode described = json.putObject("properties");
        for (Property<T> property : properties.values()) {
            if (answer ? property.isShown() : property.isTaken()) {
                ObjectNode schema = (answer ? property.shown() : property.schema()).json();
                if (property.use() != Use.BOTH && !schema.has("$ref")) {
                    schema.put(answer ? "readOnly" : "writeOnly", true);
                }
                described.set(property.name(), schema);
                if (property.required() && !partial) {
                    required.add(property.name());
                }
            }
        }
        if (!required.isEmpty()) {
            ArrayNode names = json.putArray("required");
            required.forEach(names::add);
        }
        return json;
    }

    /** Schemas of what is accepted, by name. */
    Map<String, Schema> parameters() {
        Map<String, Schema> parameters = new LinkedHashMap<>();
        properties.values().stream()
                .filter(Property::isTaken)
                .forEach(property -> parameters.put(property.name(), property.schema()));
        return parameters;
    }

    boolean isTaken() {
        return properties.values().stream().anyMatch(Property::isTaken);
    }

    boolean takesFiles() {
        return properties.values().stream()
                .anyMatch(property -> property.isTaken() && property.schema().isFile());
    }

    boolean isShown() {
        return properties.values().stream().anyMatch(Property::isShown);
    }
}
