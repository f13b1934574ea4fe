package dev.lading.metadata;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.ALWAYS;
import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_EMPTY;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.Map;

/** Conversion of records to and from the JSON objects that every adapter stores. */
public final class RecordJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A newer version may have written attributes this one does not know.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(JsonInclude.Value.construct(NON_EMPTY, NON_EMPTY))
            // An annotation or a label with an empty value is kept.
            .withConfigOverride(Map.class, map -> map.setInclude(JsonInclude.Value.construct(NON_EMPTY, ALWAYS)))
            .build();

    private RecordJson() {}

    public static String write(Object record) {
        try {
            return JSON.writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot store " + record.getClass().getSimpleName(), e);
        }
    }

    public static <R> R read(Table<R> table, byte[] json) {
        try {
            return JSON.readValue(json, table.type());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read a record of table " + table.name(), e);
        }
    }

    public static <R> R read(Table<R> table, String json) {
        return read(table.type(), json);
    }

    /** A record that is embedded in another as text. */
    public static <R> R read(Class<R> type, String json) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot read a stored " + type.getSimpleName(), e);
        }
    }
}
