package dev.lading.management.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lading.blob.BlobRecord;
import dev.lading.content.BlobService;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ManifestEntry;
import dev.lading.management.api.Json;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Details of a manifest and its configuration, read on first use. */
final class ManifestDetail {
    /** Size limit of a configuration that is read. */
    private static final int MAX_CONFIG = 4 * 1024 * 1024;

    private static final String SBOM = "cosign_sbom";
    private static final String HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json";
    private static final List<String> IMAGE_CONFIGS =
            List.of("application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json");

    /**
     * Pulp's names for what cosign attaches, by the media types of layers. Source: cosign, "Cosign Signature
     * Specifications".
     */
    private static final Map<String, String> COSIGN_LAYERS = Map.ofEntries(
            Map.entry("application/vnd.dev.cosign.simplesigning.v1+json", "cosign_signature"),
            Map.entry("application/vnd.dsse.envelope.v1+json", "cosign_attestation"),
            Map.entry("application/vnd.dev.sigstore.bundle.v0.3+json", "cosign_attestation_bundle"),
            Map.entry("application/vnd.cyclonedx", SBOM),
            Map.entry("application/vnd.cyclonedx+json", SBOM),
            Map.entry("application/vnd.cyclonedx+xml", SBOM),
            Map.entry("application/vnd.syft+json", SBOM),
            Map.entry("text/spdx", SBOM),
            Map.entry("text/spdx+json", SBOM),
            Map.entry("text/spdx+xml", SBOM));

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

    /** Media types of the layers, without the configuration. */
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

    /** Size of the layers, in bytes; empty for an index. */
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
        return cosignType().orElseGet(() -> {
            boolean isArtifact = !document().path("artifactType").asText().isEmpty();
            return IMAGE_CONFIGS.contains(configType) && !isArtifact ? "image" : "artifact";
        });
    }

    /** Name by the first layer of such a type. */
    private Optional<String> cosignType() {
        for (JsonNode layer : document().path("layers")) {
            String type = COSIGN_LAYERS.get(layer.path("mediaType").asText());
            if (type != null) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** Whether an image, or one of an index's images, is bootable. */
    boolean isBootable() {
        return entry.mediaType().isIndex()
                ? images().anyMatch(ManifestDetail::isBootable)
                : isBootc(annotations()) || isBootc(labels()) || labels().has("ostree.bootable");
    }

    private static boolean isBootc(JsonNode notes) {
        return notes.path("containers.bootc").asText().equals("1");
    }

    /** Whether an image, or one of an index's images, is a Flatpak. */
    boolean isFlatpak() {
        return entry.mediaType().isIndex()
                ? images().anyMatch(ManifestDetail::isFlatpak)
                : labels().has("org.flatpak.ref");
    }

    /** Images directly in an index, as Pulp inspects them. */
    private Stream<ManifestDetail> images() {
        return parsed().manifests().stream()
                .flatMap(child -> content.manifest(child).stream())
                .filter(child -> !child.mediaType().isIndex())
                .map(child -> new ManifestDetail(child, content, manifests, blobs));
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

    /** The image's configuration; missing if it is no image's, too large, or not there. */
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
        Optional<BlobRecord> blob = content.blob(digest).filter(found -> found.sizeBytes() <= MAX_CONFIG);
        if (blob.isEmpty()) {
            return MissingNode.getInstance();
        }
        try (InputStream bytes = blobs.read(blob.get().key(), 0, blob.get().sizeBytes())) {
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
