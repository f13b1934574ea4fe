package dev.lading.oci;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** What to tell clients of JSON that is none; Jackson's own words name sources that nobody is shown. */
public final class JsonProblem {
    private JsonProblem() {}

    public static String of(JsonProcessingException failure) {
        JsonLocation where = failure.getLocation();
        return where == null
                ? failure.getOriginalMessage()
                : "see line %d, column %d".formatted(where.getLineNr(), where.getColumnNr());
    }
}
