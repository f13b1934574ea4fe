package dev.lading.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.lading.oci.MediaType;
import java.io.IOException;
import java.util.Optional;

/**
 * What a document that an upstream serves as a manifest says it is: enough to tell one that is not kept from one that is wrong.
 *
 * @param said type in the head of the answer
 * @param own type in the document
 * @param schemaVersion 0: none
 */
record Outline(Optional<MediaType> said, Optional<MediaType> own, int schemaVersion) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Source: docker's image manifest V2 schema 1; signed, it ends in {@code prettyjws}. */
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+";

    /** Of manifests of all kinds. */
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

    /** Then it must be right. */
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

    /** What it is in place of what is kept. */
    Optional<String> notKept() {
        String type = own.or(() -> said).map(MediaType::value).orElse("");
        if (isSchema1()) {
            return Optional.of("schema 1" + (type.startsWith(SCHEMA_1) ? " (" + type + ")" : ""));
        }
        return Optional.of("of type " + type).filter(what -> type.startsWith(OF_A_VENDOR) && !saysItIsKept());
    }
}
