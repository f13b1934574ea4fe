package dev.lading.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.secret.SecretStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A table, its bucket and its secrets as a server of an earlier release left them, in today's emulators. */
public final class EarlierTable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MetadataStore metadata;
    private final String bucket;
    private final byte[] answers;
    private final Map<String, String> secrets;

    private EarlierTable(MetadataStore metadata, String bucket, byte[] answers, Map<String, String> secrets) {
        this.metadata = metadata;
        this.bucket = bucket;
        this.answers = answers;
        this.secrets = secrets;
    }

    /** @param folder of the class path, with {@code table.jsonl}, {@code objects.zip} and {@code answers.json} */
    public static EarlierTable load(String folder) throws IOException {
        List<Map<String, AttributeValue>> items = new String(resource(folder + "table.jsonl"), StandardCharsets.UTF_8)
                .lines()
                .map(EarlierTable::item)
                .toList();
        String bucket = SharedAws.newBucket();
        Map<String, String> secrets = new HashMap<>();
        try (var zip = new ZipInputStream(EarlierTable.class.getResourceAsStream(folder + "objects.zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName();
                if (name.startsWith("secrets/") && !entry.isDirectory()) {
                    secrets.put(
                            name.substring("secrets/".length()),
                            new String(zip.readAllBytes(), StandardCharsets.UTF_8).strip());
                } else if (!entry.isDirectory()) {
                    String key = name.substring("objects/".length());
                    byte[] body = zip.readAllBytes();
                    SharedAws.s3().putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(body));
                }
            }
        }
        return new EarlierTable(
                SharedAws.metadataStoreOf(items), bucket, resource(folder + "answers.json"), Map.copyOf(secrets));
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = EarlierTable.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static Map<String, AttributeValue> item(String line) {
        try {
            return map(JSON.readTree(line));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, AttributeValue> map(JsonNode node) {
        return node.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, each -> value(each.getValue())));
    }

    /** A value in the JSON of DynamoDB's API, such as {@code {"N": "1"}}. */
    private static AttributeValue value(JsonNode typed) {
        var entry = typed.properties().iterator().next();
        JsonNode value = entry.getValue();
        return switch (entry.getKey()) {
            case "S" -> AttributeValue.fromS(value.asText());
            case "N" -> AttributeValue.fromN(value.asText());
            case "BOOL" -> AttributeValue.fromBool(value.asBoolean());
            case "NULL" -> AttributeValue.fromNul(true);
            case "M" -> AttributeValue.fromM(map(value));
            case "L" ->
                AttributeValue.fromL(StreamSupport.stream(value.spliterator(), false)
                        .map(EarlierTable::value)
                        .toList());
            default -> throw new IllegalArgumentException("no record of ours has the type " + entry.getKey());
        };
    }

    public MetadataStore metadata() {
        return metadata;
    }

    /** @param spool see {@link SharedAws#blobStore} */
    public BlobStore blobs(Path spool) {
        return SharedAws.blobStore(bucket, spool);
    }

    /** Answers of the earlier server. */
    public byte[] answers() {
        return answers.clone();
    }

    public SecretStore secrets() {
        return new SecretStore() {
            @Override
            public Map<String, String> get(Collection<String> names) {
                return names.stream()
                        .filter(secrets::containsKey)
                        .collect(Collectors.toMap(name -> name, secrets::get));
            }

            @Override
            public boolean putIfAbsent(String name, String value) {
                throw new IllegalStateException("the earlier server has made " + name);
            }
        };
    }
}
