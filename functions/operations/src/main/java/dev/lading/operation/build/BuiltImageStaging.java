package dev.lading.operation.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.curation.StagingArea;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.BuildFailed;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stages what a builder made: its own layers compressed, and those of its bases as the bases have them. */
final class BuiltImageStaging {
    private static final int MAX_CONFIGURATION = 4 * 1024 * 1024;
    private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";
    private static final String BASE_NAME = "org.opencontainers.image.base.name";

    private final StagingArea area;
    private final PulledBases bases;
    private final Map<Digest, ObjectNode> layers = new HashMap<>();

    BuiltImageStaging(StagingArea area, PulledBases bases) {
        this.area = area;
        this.bases = bases;
    }

    /** One platform's image, as an index lists it. */
    record Staged(Descriptor manifest, ObjectNode platform, Optional<PulledBases.Base> base) {}

    Staged stage(BuiltImages.Image image) throws IOException {
        byte[] configuration = configuration(image);
        ObjectNode manifest = document(MediaType.OCI_MANIFEST);
        area.blob(MediaType.OCI_CONFIGURATION, configuration).writeTo(manifest.putObject("config"));
        ArrayNode listed = manifest.putArray("layers");
        for (BuiltImages.Layer layer : image.layers()) {
            listed.add(layer(layer));
        }
        Optional<PulledBases.Base> base = bases.under(
                image.layers().stream().map(BuiltImages.Layer::digest).toList());
        base.map(PulledBases.Base::image)
                .ifPresent(pulled -> manifest.putObject("annotations")
                        .put(BASE_DIGEST, pulled.digest().toString())
                        .put(BASE_NAME, pulled.name().value()));
        return new Staged(area.manifest(MediaType.OCI_MANIFEST, bytes(manifest)), platform(configuration), base);
    }

    private static byte[] configuration(BuiltImages.Image image) throws IOException {
        try (InputStream in = image.configuration().open()) {
            byte[] bytes = in.readNBytes(MAX_CONFIGURATION + 1);
            if (bytes.length > MAX_CONFIGURATION) {
                throw new BuildFailed("the image's configuration is larger than 4 MiB");
            }
            return bytes;
        }
    }

    private ObjectNode layer(BuiltImages.Layer layer) throws IOException {
        ObjectNode known = layers.get(layer.digest());
        if (known == null) {
            known = bases.layer(layer.digest()).map(this::linked).orElse(null);
            known = known == null ? compressed(layer) : known;
            layers.put(layer.digest(), known);
        }
        return known.deepCopy();
    }

    private ObjectNode linked(PulledBases.Layer layer) {
        area.link(layer.holder(), Set.of(layer.digest()));
        return layer.descriptor();
    }

    private ObjectNode compressed(BuiltImages.Layer layer) throws IOException {
        ObjectNode described = ParseRoom.JSON.createObjectNode();
        area.blob(MediaType.OCI_LAYER_GZIP, GzipInput.of(layer.tar().open())).writeTo(described);
        return described;
    }

    private static ObjectNode platform(byte[] configuration) throws IOException {
        JsonNode read = ParseRoom.JSON.readTree(configuration);
        ObjectNode platform = ParseRoom.JSON.createObjectNode();
        platform.put("architecture", read.path("architecture").asText());
        platform.put("os", read.path("os").asText());
        if (read.has("variant")) {
            platform.put("variant", read.path("variant").asText());
        }
        return platform;
    }

    /** An index of images. */
    Descriptor index(List<Staged> images) {
        ObjectNode index = document(MediaType.OCI_INDEX);
        ArrayNode listed = index.putArray("manifests");
        for (Staged image : images) {
            ObjectNode described = listed.addObject();
            image.manifest().writeTo(described);
            described.set("platform", image.platform());
        }
        return area.manifest(MediaType.OCI_INDEX, bytes(index));
    }

    private static ObjectNode document(MediaType type) {
        return ParseRoom.JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", type.value());
    }

    private static byte[] bytes(ObjectNode document) {
        try {
            return ParseRoom.JSON.writeValueAsBytes(document);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }
}
