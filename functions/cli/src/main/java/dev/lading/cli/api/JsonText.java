package dev.lading.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** JSON as text. */
public final class JsonText {
    /** A mapper that escapes all but ASCII, so that no character of a server's text can control a terminal. */
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JsonText() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static JsonNode parse(byte[] content) throws IOException {
        return MAPPER.readTree(content);
    }

    /** Indented JSON, for people and programs alike. */
    public static String of(JsonNode document) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(document)
                    .replace("\u007f", "\\u007f");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }
}
