package dev.lading.management.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a value, used to validate input and to describe it in the OpenAPI document. A subset of JSON Schema
 * 2020-12. Immutable; the methods named like adjectives return a changed copy.
 */
public final class Schema {
    /** Default length limit of a text; a chain of certificates fits in. */
    private static final int MAX_TEXT = 65_536;

    /** Limit on elements of an array and members of an object. */
    private static final int MAX_ITEMS = 10_000;

    private static final Pattern OFFSET = Pattern.compile("(?<=:\\d\\d|\\.\\d{1,9})([+-]\\d\\d)(\\d\\d)$");

    public static final Schema TEXT = new Schema("string", null);
    public static final Schema URI = new Schema("string", "uri");
    public static final Schema TIME = new Schema("string", "date-time");
    public static final Schema EMAIL = new Schema("string", "email");
    public static final Schema UUID = new Schema("string", "uuid");

    /** A file of a form that {@link Multipart} reads; its value is the file's name. */
    public static final Schema FILE = new Schema("string", "binary");

    public static final Schema INTEGER = new Schema("integer", "int64");
    public static final Schema PLAIN_INTEGER = new Schema("integer", null);
    public static final Schema NUMBER = new Schema("number", "double");
    public static final Schema DECIMAL = new Schema("number", null);
    public static final Schema BOOLEAN = new Schema("boolean", null);
    public static final Schema OBJECT = new Schema("object", null);
    public static final Schema ANY = new Schema("", null);

    /**
     * A text whose type the contract leaves open. A string that Pulp's schema leaves untyped; checked here all the
     * same.
     */
    public static final Schema TEXT_OR_ANY = ANY.with(s -> s.textOnly = true);

    /** Texts by name; a text may be null. */
    public static final Schema LABELS = mapOf(TEXT.orNull());

    private final String type;
    private final @Nullable String format;
    private @Nullable String reference;
    private @Nullable Schema items;
    private boolean nullable;
    private boolean filled;
    private boolean textOnly;
    private int maxLength;
    private @Nullable Long minimum;
    private @Nullable Long maximum;
    private @Nullable Pattern pattern;
    private List<String> options = List.of();
    private @Nullable Object fallback;
    private @Nullable String description;

    private Schema(String type, @Nullable String format) {
        this.type = type;
        this.format = format;
    }

    private Schema(Schema other) {
        this(other.type, other.format);
        reference = other.reference;
        items = other.items;
        nullable = other.nullable;
        filled = other.filled;
        textOnly = other.textOnly;
        maxLength = other.maxLength;
        minimum = other.minimum;
        maximum = other.maximum;
        pattern = other.pattern;
        options = other.options;
        fallback = other.fallback;
        description = other.description;
    }

    private Schema with(Consumer<Schema> change) {
        Schema changed = new Schema(this);
        change.accept(changed);
        return changed;
    }

    /** A reference to the component of that name. */
    public static Schema reference(String component) {
        return OBJECT.with(s -> s.reference = component);
    }

    public static Schema listOf(Schema items) {
        return new Schema("array", null).with(s -> s.items = items);
    }

    public static Schema mapOf(Schema values) {
        return OBJECT.with(s -> s.items = values);
    }

    public static Schema oneOf(List<String> options) {
        return TEXT.with(s -> s.options = List.copyOf(options));
    }

    public Schema orNull() {
        return with(s -> s.nullable = true);
    }

    /** A text that is not blank. */
    public Schema filled() {
        return with(s -> s.filled = true);
    }

    public Schema upToLength(int characters) {
        return with(s -> s.maxLength = characters);
    }

    public Schema from(long least) {
        return with(s -> s.minimum = least);
    }

    public Schema upTo(long most) {
        return with(s -> s.maximum = most);
    }

    public Schema like(String regex) {
        return with(s -> s.pattern = Pattern.compile(regex));
    }

    /** This schema with a default for an absent value. */
    public Schema orElse(Object value) {
        return with(s -> s.fallback = value);
    }

    /** This schema with a description for the OpenAPI document. */
    public Schema described(String sentence) {
        return with(s -> s.description = sentence);
    }

    Optional<Object> fallback() {
        return Optional.ofNullable(fallback);
    }

    /** Whether it names a resource. As in Pulp, an empty text counts as null. */
    boolean isReference() {
        return "uri".equals(format) && !filled;
    }

    boolean isFile() {
        return "binary".equals(format);
    }

    boolean isList() {
        return type.equals("array");
    }

    /** Messages about an invalid value; empty: it is valid. */
    List<String> check(JsonNode value) {
        if (value.isNull()) {
            return nullable || type.isEmpty() ? List.of() : List.of("this may not be null");
        }
        return switch (type) {
            case "string" -> value.isTextual() ? checkText(value.textValue()) : List.of("this must be a text");
            case "integer" ->
                value.isIntegralNumber() && value.canConvertToLong()
                        ? checkRange(value.doubleValue())
                        : List.of("this must be a whole number");
            case "number" -> value.isNumber() ? checkRange(value.doubleValue()) : List.of("this must be a number");
            case "boolean" -> value.isBoolean() ? List.of() : List.of("this must be true or false");
            case "array" -> value.isArray() ? checkEach(value) : List.of("this must be a list");
            case "object" -> value.isObject() ? checkEach(value) : List.of("this must be an object");
            default -> textOnly && !value.isTextual() ? List.of("this must be a text") : List.of();
        };
    }

    /** Adds a form's value. Text that does not parse as this type is added as text, for {@link #check} to reject. */
    void addFormValue(ObjectNode body, String field, String text) {
        if (isList() && !text.startsWith("[")) {
            body.withArrayProperty(field).add(text);
        } else if (nullable && text.isEmpty()) {
            body.putNull(field);
        } else if (type.equals("string") || type.isEmpty()) {
            body.put(field, text);
        } else {
            body.set(field, parsed(text));
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return JsonNodeFactory.instance.textNode(text);
        }
    }

    /** A parameter's text as a value of this type: a String, Long, Double, Boolean or Instant. */
    Optional<Object> parse(String text) {
        try {
            return switch (type) {
                case "integer" -> Optional.of(Long.valueOf(text.strip()));
                case "number" -> Optional.of(Double.valueOf(text.strip()));
                case "boolean" ->
                    switch (text.strip().toLowerCase(Locale.ROOT)) {
                        case "true", "t", "1", "yes" -> Optional.of(true);
                        case "false", "f", "0", "no" -> Optional.of(false);
                        default -> Optional.empty();
                    };
                default ->
                    "date-time".equals(format)
                            ? time(text).map(Object.class::cast)
                            : checkText(text).isEmpty() ? Optional.of(text) : Optional.empty();
            };
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A description for messages. */
    String describe() {
        if (!options.isEmpty()) {
            return "one of " + String.join(", ", options);
        }
        return switch (type) {
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            default -> "date-time".equals(format) ? "a time such as 2030-01-31T12:00:00Z" : "a text that is taken here";
        };
    }

    private List<String> checkText(String text) {
        if (filled && text.isBlank()) {
            return List.of("this may not be blank");
        }
        int most = maxLength == 0 ? MAX_TEXT : maxLength;
        if (text.length() > most) {
            return List.of("this may have at most " + most + " characters");
        }
        if (text.indexOf('\0') >= 0) {
            return List.of("this may not hold a null character");
        }
        if (!options.isEmpty() && !options.contains(text)) {
            return List.of("'" + text + "' is none of " + String.join(", ", options));
        }
        if (pattern != null && !pattern.matcher(text).matches()) {
            return List.of("this must match " + pattern);
        }
        return "date-time".equals(format) && time(text).isEmpty()
                ? List.of("this must be a time such as 2030-01-31T12:00:00Z")
                : List.of();
    }

    private List<String> checkRange(double number) {
        if (!Double.isFinite(number)) {
            return List.of("this is larger than any number that is taken here");
        }
        if (minimum != null && number < minimum) {
            return List.of("this must be at least " + minimum);
        }
        return maximum != null && number > maximum ? List.of("this must be at most " + maximum) : List.of();
    }

    private List<String> checkEach(JsonNode parent) {
        if (parent.size() > MAX_ITEMS) {
            return List.of("this may have at most " + MAX_ITEMS + " entries");
        }
        List<String> messages = new ArrayList<>();
        if (items != null) {
            for (JsonNode each : parent) {
                messages.addAll(items.check(each));
            }
        }
        return messages.stream().distinct().toList();
    }

    /** An ISO 8601 time: a date, or a date and a time, in UTC unless it says otherwise. */
    static Optional<Instant> time(String text) {
        String day = text.strip().replace(' ', 'T');
        String time = day.contains("T") ? day : day + "T00:00:00";
        // Clients in Python leave out the colon.
        String zoned = OFFSET.matcher(time).find() ? OFFSET.matcher(time).replaceFirst("$1:$2") : time;
        boolean isZoned = zoned.endsWith("Z") || zoned.matches(".*T.*[+-]\\d\\d:\\d\\d");
        try {
            return Optional.of(
                    OffsetDateTime.parse(isZoned ? zoned : zoned + "Z").toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The JSON Schema for the OpenAPI document. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (reference != null) {
            json.put("$ref", "#/components/schemas/" + reference);
            return description == null ? json : json.put("description", description);
        }
        if (nullable && !type.isEmpty()) {
            json.putArray("type").add(type).add("null");
        } else if (!type.isEmpty()) {
            json.put("type", type);
        }
        if (format != null) {
            json.put("format", format);
        }
        if (filled) {
            json.put("minLength", 1);
        }
        if (maxLength > 0) {
            json.put("maxLength", maxLength);
        }
        if (minimum != null) {
            json.put("minimum", minimum);
        }
        if (maximum != null) {
            json.put("maximum", maximum);
        }
        if (pattern != null) {
            json.put("pattern", pattern.pattern());
        }
        if (!options.isEmpty()) {
            options.forEach(json.putArray("enum")::add);
        }
        if (items != null) {
            json.set(type.equals("array") ? "items" : "additionalProperties", items.json());
        }
        if (fallback != null) {
            json.set("default", Json.tree(fallback));
        }
        if (description != null) {
            json.put("description", description);
        }
        return json;
    }
}
