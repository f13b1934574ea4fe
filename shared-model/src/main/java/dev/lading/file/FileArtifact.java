package dev.lading.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;

/**
 * The manifest of an artifact with a layer for each file, as ORAS makes one. Source: image-spec v1.1, manifest.md,
 * "Guidelines for Artifact Usage".
 */
final class FileArtifact {
    static final int MAX_FILES = 10_000;
    static final byte[] CONFIGURATION = "{}".getBytes(StandardCharsets.UTF_8);
    static final MediaType EMPTY = new MediaType("application/vnd.oci.empty.v1+json");

    private static final String TYPE = "application/vnd.dev.lading.files.v1";

    private FileArtifact() {}

    /** @throws FieldInvalid if there are too many files */
    static byte[] manifest(SortedMap<RelativePath, StoredFile> files) {
        if (files.size() > MAX_FILES) {
            throw tooMany("A version has at most " + MAX_FILES + " files");
        }
        ObjectNode document = ParseRoom.JSON
                .createObjectNode()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.OCI_MANIFEST.value())
                .put("artifactType", TYPE);
        Descriptor.of(EMPTY, CONFIGURATION).writeTo(document.putObject("config"));
        ArrayNode layers = document.putArray("layers");
        for (StoredFile file : files.values()) {
            ObjectNode layer = layers.addObject();
            new Descriptor(MediaType.OCTET_STREAM, file.digest(), file.sizeBytes()).writeTo(layer);
            layer.putObject("annotations").put(FileVersion.TITLE, file.path().value());
        }
        byte[] body = bytes(document);
        if (body.length > Manifest.MAX_BYTES) {
            throw tooMany("The list of a version's files takes at most " + Manifest.MAX_BYTES + " bytes");
        }
        return body;
    }

    private static FieldInvalid tooMany(String sentence) {
        return new FieldInvalid(RelativePath.FIELD, sentence + "; put some of them into an archive.");
    }

    private static byte[] bytes(ObjectNode document) {
        try {
            return ParseRoom.JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
