package dev.lading.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.lading.oci.MediaType;
import java.io.IOException;
import java.util.Optional;

/**
 * The type that a document claims, read without parsing the whole: enough to tell a manifest of a type Lading does not
 * keep from an invalid one.
 *
 * @param said type in the answer's header
 * @param own type in the document
 * @param schemaVersion 0: none
 */
record Outline(Optional<MediaType> said, Optional<MediaType> own, int schemaVersion) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Media type prefix of schema 1; signed ones end in {@code prettyjws}. Source: docker's image manifest V2 schema 1.
     */
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+";

    /** Prefix that manifest types of all vendors share. */
    private static final String OF_A_VENDOR = "application/vnd.";

    static Outline of(byte[] document, Optional<MediaType> said) {
        Optional<MediaType> own = Optional.empty();
        int schemaVersion = 0;
        try (JsonParser json = JSON.createParser(document)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String field = json.currentName();
                    JsonToken value = json.nextToken();
                    if (field.equals("mediaType") && value == JsonToken.VALUE_STRING) {
                        own = Optional.of(new MediaType(json.getText()));
                    } else if (field.equals("schemaVersion") && value == JsonToken.VALUE_NUMBER_INT) {
                        schemaVersion = json.getValueAsInt();
                    }
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            return new Outline(said, Optional.empty(), 0);
        }
        return new Outline(said, own, schemaVersion);
    }

    static boolean isKept(MediaType type) {
        return type.isManifest() || type.isIndex();
    }

    /** Whether it claims a type that Lading keeps; then it must be valid. */
    boolean saysItIsKept() {
        return said.or(() -> own).filter(Outline::isKept).isPresent()
                || own.filter(Outline::isKept).isPresent();
    }

    boolean isSchema1() {
        return schemaVersion == 1
                || own.or(() -> said)
                        .filter(type -> type.value().startsWith(SCHEMA_1))
                        .isPresent();
    }

    /** The type that Lading does not keep, for a message; empty: none is claimed. */
    Optional<String> notKept() {
        String type = own.or(() -> said).map(MediaType::value).orElse("");
        if (isSchema1()) {
            return Optional.of("schema 1" + (type.startsWith(SCHEMA_1) ? " (" + type + ")" : ""));
        }
        return Optional.of("of type " + type).filter(what -> type.startsWith(OF_A_VENDOR) && !saysItIsKept());
    }
}
