package dev.lading.management.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A refused request, with the document that says why: field → messages for invalid values ({@link #NO_FIELD} for those
 * of no single field), {@code detail} for all else. Source: Pulp's REST API, as its clients read it.
 */
public final class Problem extends RuntimeException {
    /** Key of messages that concern the whole body. */
    public static final String NO_FIELD = "non_field_errors";

    private static final int BAD_REQUEST = 400;

    private final int status;
    private final transient Map<String, Object> document;

    private Problem(int status, Map<String, Object> document) {
        super(document.toString());
        this.status = status;
        this.document = document;
    }

    /** 400 with one message for one field. */
    public static Problem field(String field, String message) {
        return fields(Map.of(field, List.of(message)));
    }

    /** 400 with messages by field. */
    public static Problem fields(Map<String, ?> messages) {
        return new Problem(BAD_REQUEST, new LinkedHashMap<>(messages));
    }

    /** 400 for the body as a whole. */
    public static Problem body(String message) {
        return field(NO_FIELD, message);
    }

    public static Problem notFound() {
        return detail(404, "there is no such resource");
    }

    public static Problem detail(int status, String message) {
        return new Problem(status, Map.of("detail", message));
    }

    public int status() {
        return status;
    }

    /** The messages alone. */
    public String sentence() {
        return document.values().stream()
                .map(value -> value instanceof List<?> list
                        ? list.stream().map(Object::toString).collect(Collectors.joining("; "))
                        : value.toString())
                .collect(Collectors.joining("; "));
    }

    public Map<String, Object> document() {
        return document;
    }
}
