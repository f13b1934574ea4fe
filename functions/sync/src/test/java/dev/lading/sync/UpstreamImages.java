package dev.lading.sync;

import static java.util.stream.Collectors.joining;

import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds manifests with correct sizes. */
final class UpstreamImages {
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    private UpstreamImages() {}

    static byte[] image(List<byte[]> blobs, String note) {
        return image(blobs, note, CONFIG, Optional.empty());
    }

    /** @param artifactType of the config */
    static byte[] referrer(List<byte[]> blobs, String artifactType, Digest subject) {
        return image(
                blobs,
                "",
                artifactType,
                Optional.of("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
                        .formatted(MediaType.OCI_MANIFEST, subject)));
    }

    private static byte[] image(List<byte[]> blobs, String note, String configType, Optional<String> subject) {
        return """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]%s,"annotations":{"note":"%s"}}""".formatted(
                        MediaType.OCI_MANIFEST,
                        descriptor(configType, blobs.getFirst()),
                        blobs.stream()
                                .skip(1)
                                .map(blob -> descriptor(LAYER, blob))
                                .collect(joining(",")),
                        subject.map(s -> ",\"subject\":" + s).orElse(""),
                        note)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String descriptor(String mediaType, byte[] blob) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(mediaType, Digest.of(Digest.SHA256, blob), blob.length);
    }

    /** An image with one layer, of which it says a size. */
    static byte[] sized(byte[] config, Digest layer, long size) {
        return """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[{"mediaType":"%s","digest":"%s","size":%d}]}""".formatted(MediaType.OCI_MANIFEST, descriptor(CONFIG, config), LAYER, layer, size)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A BuildKit cache export: layers, with its configuration behind them. */
    static byte[] cache(List<byte[]> blobs) {
        return """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s]}""".formatted(
                        MediaType.OCI_INDEX,
                        blobs.stream()
                                .limit(blobs.size() - 1L)
                                .map(blob -> descriptor(LAYER, blob))
                                .collect(joining(",")),
                        descriptor("application/vnd.buildkit.cacheconfig.v0", blobs.getLast()))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @param children by platform, such as {@code linux/arm/v7}; an empty one: none */
    static byte[] index(Map<String, Digest> children) {
        return index(children, "");
    }

    /** @param artifactType of all children */
    static byte[] index(Map<String, Digest> children, String artifactType) {
        return """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}""".formatted(
                        MediaType.OCI_INDEX,
                        children.entrySet().stream()
                                .map(child -> child(child.getKey(), child.getValue(), artifactType))
                                .collect(joining(",")))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String child(String platform, Digest digest, String artifactType) {
        String[] parts = platform.split("/", 3);
        String said = platform.isEmpty()
                ? ""
                : ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"%s}"
                        .formatted(parts[0], parts[1], parts.length > 2 ? ",\"variant\":\"" + parts[2] + "\"" : "");
        String type = artifactType.isEmpty() ? "" : ",\"artifactType\":\"" + artifactType + "\"";
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1%s%s}"
                .formatted(MediaType.OCI_MANIFEST, digest, said, type);
    }
}
