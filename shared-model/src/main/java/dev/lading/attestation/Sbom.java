package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.util.Optional;

/** What an image contains, as a generator wrote it. */
public final class Sbom implements Predicate {
    /** Limit on the document: it is signed as one, so several times of it are in memory. */
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    static final MediaType SPDX_JSON = new MediaType("application/spdx+json");
    static final MediaType CYCLONE_DX_JSON = new MediaType("application/vnd.cyclonedx+json");

    private static final String SPDX = "https://spdx.dev/Document";
    private static final String CYCLONE_DX = "https://cyclonedx.org/bom";

    /** Reads without a tree, so that a document may have more tokens than {@link ParseRoom} has room for. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(ParseRoom.MAX_NESTING)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String type;
    private final String json;

    private Sbom(String type, String json) {
        this.type = type;
        this.json = json;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public String json() {
        return json;
    }

    /** The type of the bare document. */
    MediaType mediaType() {
        return type.equals(SPDX) ? SPDX_JSON : CYCLONE_DX_JSON;
    }

    /** Whether this is the type of statements that hold such documents, of whatever minor version. */
    static boolean isPredicate(String type) {
        return type.equals(CYCLONE_DX) || type.startsWith(CYCLONE_DX + "/") || type.startsWith(SPDX);
    }

    /**
     * Reads a document of SPDX 2 or CycloneDX in JSON.
     *
     * @throws FieldInvalid if it is none, or larger than {@value #MAX_BYTES} bytes
     */
    public static Sbom parse(byte[] document) {
        if (document.length > MAX_BYTES) {
            throw invalid("is larger than 8 MiB");
        }
        String text = new String(document, UTF_8);
        try (JsonParser parser = JSON.createParser(text)) {
            return new Sbom(type(parser).orElseThrow(() -> invalid("is none of SPDX 2 or CycloneDX")), text);
        } catch (IOException e) {
            throw invalid("is not JSON");
        }
    }

    /** Reads to the end, since what follows must be well-formed, too. */
    private static Optional<String> type(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        Optional<String> found = Optional.empty();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
            if (isText && name.equals("spdxVersion") && parser.getText().startsWith("SPDX-2")) {
                found = Optional.of(SPDX);
            } else if (isText && name.equals("bomFormat") && parser.getText().equals("CycloneDX")) {
                found = Optional.of(CYCLONE_DX);
            }
            parser.skipChildren();
        }
        return parser.nextToken() == null ? found : Optional.empty();
    }

    private static FieldInvalid invalid(String what) {
        return new FieldInvalid("sbom", "The list of what the image contains " + what + ".");
    }
}
