package dev.lading.declared;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.oci.Digest;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The configuration of an image, changed field by field: what is not known stays. Source: image-spec, config.md. */
final class ImageConfiguration {
    private final ObjectNode root;

    /** @throws FieldInvalid if it is none */
    ImageConfiguration(byte[] text) {
        try (ParseRoom _ = ParseRoom.take(text.length)) {
            root = ParseRoom.JSON.readTree(text) instanceof ObjectNode object
                            && object.path("rootfs").path("diff_ids").isArray()
                    ? object
                    : ParseRoom.JSON.createObjectNode();
        } catch (IOException e) {
            throw invalid();
        }
        if (root.isEmpty()) {
            throw invalid();
        }
    }

    private static FieldInvalid invalid() {
        return new FieldInvalid("base", "The base is no image that runs: its configuration is not one of an image.");
    }

    /** When the image was made; the epoch, if it does not say. */
    Instant created() {
        try {
            return Instant.parse(root.path("created").asText());
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    /** Says that a layer stands above the others. */
    void addLayer(Digest uncompressed, Instant created, int files) {
        ((ArrayNode) root.path("rootfs").path("diff_ids")).add(uncompressed.toString());
        history(created, "lading build --declare: " + files + (files == 1 ? " file" : " files"), false);
    }

    private void history(Instant created, String by, boolean empty) {
        // An image that has none, or a part of it, gets none: it would be of other layers.
        if (root.path("history") instanceof ArrayNode history) {
            ObjectNode entry =
                    history.addObject().put("created", created.toString()).put("created_by", by);
            if (empty) {
                entry.put("empty_layer", true);
            }
        }
    }

    void set(RunSettings run, Instant created) {
        root.put("created", created.toString());
        ObjectNode config = child(root, "config");
        setEnvironment(config, run.environment());
        run.entrypoint().ifPresent(words -> {
            put(config, "Entrypoint", words);
            config.remove("Cmd");
        });
        run.command().ifPresent(words -> put(config, "Cmd", words));
        run.workingDirectory().ifPresent(folder -> config.put("WorkingDir", folder));
        run.user().ifPresent(user -> config.put("User", user));
        if (!run.labels().isEmpty()) {
            ObjectNode labels = child(config, "Labels");
            new TreeMap<>(run.labels()).forEach(labels::put);
        }
        if (!run.exposedPorts().isEmpty()) {
            ObjectNode ports = child(config, "ExposedPorts");
            run.exposedPorts().stream().sorted().forEach(ports::putObject);
        }
        history(created, "lading build --declare", true);
    }

    private static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode there ? there : parent.putObject(name);
    }

    private static void put(ObjectNode config, String name, List<String> words) {
        ArrayNode array = config.putArray(name);
        words.forEach(array::add);
    }

    private static void setEnvironment(ObjectNode config, Map<String, String> added) {
        if (added.isEmpty()) {
            return;
        }
        Map<String, String> rest = new TreeMap<>(added);
        ArrayNode variables = ParseRoom.JSON.createArrayNode();
        for (JsonNode each : config.path("Env")) {
            String name = each.asText().split("=", 2)[0];
            Optional.ofNullable(rest.remove(name))
                    .ifPresentOrElse(value -> variables.add(name + "=" + value), () -> variables.add(each));
        }
        rest.forEach((name, value) -> variables.add(name + "=" + value));
        config.set("Env", variables);
    }

    byte[] bytes() {
        return bytes(root);
    }

    static byte[] bytes(JsonNode node) {
        try {
            return ParseRoom.JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }
}
