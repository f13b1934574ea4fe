package dev.lading.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.lading.upstream.http.Failures;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A streaming reader of a JSON page with a list in one of its fields. The number of entries held is bounded; other
 * fields are skipped and never held.
 */
final class JsonPage {
    private static final int BYTES = 16 * 1024 * 1024;

    /** Length limit of one text that is read; longer than any tag, digest or media type. */
    private static final int MOST_CHARACTERS = 4096;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MOST_CHARACTERS)
                            .build())
                    // Closing the body would read what is left of it, which may be without end.
                    .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                    .build())
            .addModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Answer answer;
    private final Request request;

    JsonPage(Answer answer, Request request) {
        this.answer = answer;
        this.request = request;
    }

    /** Reads the entry at the parser's position, to its end. */
    @FunctionalInterface
    interface Entry<T> {
        T read(JsonParser json) throws IOException;
    }

    /**
     * Entries of the list; empty if the field is null, as Go writes an empty list.
     *
     * @param tooMany message of the error if there are more than {@code most}
     * @throws UpstreamException.InvalidAnswer if the page cannot be read
     */
    <T> List<T> list(String field, int most, String tooMany, Entry<T> entry) throws IOException {
        var body = answer.body(BYTES, () -> wrong("a page has more than " + BYTES + " bytes"));
        try (JsonParser json = JSON.createParser(body)) {
            List<T> entries = new ArrayList<>();
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("it is not a JSON object");
            }
            boolean found = false;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = field.equals(json.currentName());
                JsonToken value = json.nextToken();
                if (!wanted) {
                    json.skipChildren();
                    continue;
                }
                if (found || !(value == JsonToken.START_ARRAY || value == JsonToken.VALUE_NULL)) {
                    throw wrong("its '" + field + "' is not one list");
                }
                found = true;
                while (value == JsonToken.START_ARRAY && json.nextToken() != JsonToken.END_ARRAY) {
                    if (entries.size() == most) {
                        throw wrong("its '" + field + "' has more than " + most + " entries; " + tooMany);
                    }
                    entries.add(entry.read(json));
                }
            }
            if (!found) {
                throw wrong("it has no '" + field + "'");
            }
            // The rest must be read, or the connection cannot be used again.
            if (json.nextToken() != null) {
                throw wrong("it is more than a JSON object");
            }
            return entries;
        } catch (StreamConstraintsException e) {
            throw wrong("its JSON is too deep or has too long a text");
        } catch (JsonProcessingException e) {
            throw wrong("it is not JSON, or not as a list should be");
        }
    }

    private UpstreamException wrong(String why) {
        return Failures.invalid(answer, request, why);
    }
}
