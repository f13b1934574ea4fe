package dev.lading.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lading.content.BlobService;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.management.api.Json;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.repository.BlobEntry;
import dev.lading.repository.ContentKind;
import dev.lading.repository.ManifestEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a manifest and the configuration it names say, read when it is first asked for. */
final class ManifestDetail {
    /** Bytes of a configuration that is looked into. */
    private static final int MAX_CONFIG = 4 * 1024 * 1024;

    private static final String HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json";
    private static final List<String> IMAGE_CONFIGS =
            List.of("application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json");

    private final ManifestEntry entry;
    private final ContentService content;
    private final ManifestService manifests;
    private final BlobService blobs;
    private @Nullable Manifest parsed;
    private @Nullable JsonNode document;
    private @Nullable JsonNode config;

    ManifestDetail(ManifestEntry entry, ContentService content, ManifestService manifests, BlobService blobs) {
        this.entry = entry;
        this.content = content;
        this.manifests = manifests;
        this.blobs = blobs;
    }

    String mediaType() {
        return entry.mediaType().value();
    }

    List<String> listedManifests() {
        return hrefs(ContentKind.MANIFEST, parsed().manifests());
    }

    /** Layers, without the configuration. */
    List<String> layers() {
        Optional<Digest> configDigest = configDigest();
        return hrefs(
                ContentKind.BLOB,
                parsed().blobs().stream()
                        .filter(digest -> !configDigest.equals(Optional.of(digest)))
                        .toList());
    }

    Optional<String> configBlob() {
        return configDigest()
                .flatMap(digest ->
                        hrefs(ContentKind.BLOB, List.of(digest)).stream().findFirst());
    }

    private List<String> hrefs(ContentKind kind, List<Digest> digests) {
        return digests.stream()
                .flatMap(digest -> content.find(kind, digest.toString()).stream())
                .map(ContentReferences::href)
                .toList();
    }

    JsonNode annotations() {
        JsonNode annotations = document().path("annotations");
        return annotations.isObject() ? annotations : Json.object();
    }

    JsonNode labels() {
        JsonNode labels = config().path("config").path("Labels");
        return labels.isObject() ? labels : Json.object();
    }

    Optional<String> architecture() {
        return text(config().path("architecture"));
    }

    Optional<String> os() {
        return text(config().path("os"));
    }

    /** Of the layers, in bytes; an index has none. */
    Optional<Long> compressedSize() {
        JsonNode layers = document().path("layers");
        if (!layers.isArray()) {
            return Optional.empty();
        }
        long size = 0;
        for (JsonNode layer : layers) {
            size += layer.path("size").longValue();
        }
        return Optional.of(size);
    }

    String type() {
        if (entry.mediaType().isIndex()) {
            return "index";
        }
        if (isBootable()) {
            return "bootable";
        }
        if (isFlatpak()) {
            return "flatpak";
        }
        String configType = document().path("config").path("mediaType").asText();
        if (configType.equals(HELM_CONFIG)) {
            return "helm";
        }
        return IMAGE_CONFIGS.contains(configType) ? "image" : "artifact";
    }

    boolean isBootable() {
        return labels().path("containers.bootc").asText().equals("1") || labels().has("ostree.bootable");
    }

    boolean isFlatpak() {
        return labels().has("org.flatpak.ref");
    }

    private Manifest parsed() {
        if (parsed == null) {
            parsed = manifests.parsed(entry);
        }
        return parsed;
    }

    private JsonNode document() {
        if (document == null) {
            try {
                document = Json.parse(manifests.body(entry));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read manifest " + entry.digest(), e);
            }
        }
        return document;
    }

    private Optional<Digest> configDigest() {
        return text(document().path("config").path("digest")).map(Digest::parse);
    }

    /** Missing, if it is none of an image, too large, or not there. */
    private JsonNode config() {
        if (config == null) {
            config = IMAGE_CONFIGS.contains(
                            document().path("config").path("mediaType").asText())
                    ? configDigest().map(this::read).orElse(MissingNode.getInstance())
                    : MissingNode.getInstance();
        }
        return config;
    }

    private JsonNode read(Digest digest) {
        Optional<BlobEntry> blob = content.blob(digest)
                .map(bytes -> BlobEntry.of(entry.repository(), bytes, entry.version()))
                .filter(found -> found.sizeBytes() <= MAX_CONFIG);
        if (blob.isEmpty()) {
            return MissingNode.getInstance();
        }
        try (InputStream bytes = blobs.read(blob.get(), 0, blob.get().sizeBytes())) {
            return Json.parse(bytes.readAllBytes());
        } catch (IOException e) {
            // Not JSON, or not readable: what it would have said is not known.
            return MissingNode.getInstance();
        }
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }
}
