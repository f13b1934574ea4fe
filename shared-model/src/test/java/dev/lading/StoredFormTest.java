package dev.lading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.history.Repository;
import dev.lading.metadata.Key;
import dev.lading.metadata.RecordJson;
import dev.lading.metadata.Table;
import dev.lading.remote.Remote;
import dev.lading.task.Task;
import dev.lading.upload.Upload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that an earlier release stored are written again as they were, under the keys that they have. */
class StoredFormTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EARLIER = "/upgrade/0.1.0-before-hardening/table.jsonl";

    static Stream<Table<?>> tables() {
        return Stream.of(
                Task.TABLE,
                Remote.TABLE,
                Repository.TABLE,
                Distribution.TABLE,
                Distribution.NAMES.table(),
                BasePathIndex.INDEX.table(),
                Upload.TABLE);
    }

    @ParameterizedTest
    @MethodSource("tables")
    <R> void a_record_is_written_as_it_was_read(Table<R> table) throws IOException {
        List<ObjectNode> rows = rows(table);
        assertThat(rows).isNotEmpty();
        for (ObjectNode row : rows) {
            String partition = row.remove("pk").textValue();
            String sort = row.remove("sk").textValue();
            R record = RecordJson.read(table, row.toString());
            assertKept(JSON.readTree(RecordJson.write(record)), row);
            Key key = table.keyOf().apply(record);
            assertThat(table.physicalPartition(key.partition())).isEqualTo(partition);
            assertThat(key.sort()).isEqualTo(sort);
        }
    }

    /** Asserts that a record has all that it had; it may have got fields since. */
    private static void assertKept(JsonNode written, JsonNode before) {
        if (before.isObject()) {
            before.properties().forEach(each -> assertKept(written.path(each.getKey()), each.getValue()));
        } else {
            assertThat(written).isEqualTo(before);
        }
    }

    private static List<ObjectNode> rows(Table<?> table) throws IOException {
        List<ObjectNode> rows = new ArrayList<>();
        try (var in = StoredFormTest.class.getResourceAsStream(EARLIER)) {
            for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                ObjectNode row = object(JSON.readTree(line));
                if (row.path("pk").asText().startsWith(table.physicalPartition(""))) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static ObjectNode object(JsonNode typed) {
        ObjectNode plain = JsonNodeFactory.instance.objectNode();
        typed.properties().forEach(each -> plain.set(each.getKey(), plain(each.getValue())));
        return plain;
    }

    /** A value without the types of DynamoDB's API, such as {@code 1} for {@code {"N": "1"}}. */
    private static JsonNode plain(JsonNode typed) {
        var entry = typed.properties().iterator().next();
        JsonNode value = entry.getValue();
        return switch (entry.getKey()) {
            case "N" -> number(value.asText());
            case "M" -> object(value);
            case "L" -> {
                ArrayNode list = JsonNodeFactory.instance.arrayNode();
                value.forEach(each -> list.add(plain(each)));
                yield list;
            }
            default -> value;
        };
    }

    private static JsonNode number(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
