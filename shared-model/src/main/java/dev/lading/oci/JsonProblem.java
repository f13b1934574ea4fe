package dev.lading.oci;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** Error messages for invalid JSON, since Jackson's own name internal sources. */
public final class JsonProblem {
    private JsonProblem() {}

    public static String of(JsonProcessingException failure) {
        JsonLocation where = failure.getLocation();
        return where == null
                ? failure.getOriginalMessage()
                : "see line %d, column %d".formatted(where.getLineNr(), where.getColumnNr());
    }
}
