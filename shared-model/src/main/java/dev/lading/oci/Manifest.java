package dev.lading.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.oci.RegistryException.ManifestInvalid;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields of an image manifest or an index that a registry must know. The document itself is kept byte for byte. A
 * null field counts as absent, since most manifests are written and read in Go. Sources: image-spec, manifest.md and
 * image-index.md, and the former artifact.md; docker's image manifest V2 schema 2.
 *
 * @param content blobs that the repository must hold, once each: config and layers, and blobs in an index; without
 *     layers that are not distributed, and docker's {@link EmptyLayer}
 * @param children of an index, once each
 */
public record Manifest(
        MediaType mediaType,
        List<Descriptor> content,
        List<Child> children,
        Optional<Digest> subject,
        Optional<String> artifactType,
        Map<String, String> annotations) {
    /**
     * Largest manifest accepted. Source: distribution-spec v1.1, "Pushing manifests": registries should take at least
     * this much.
     */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final List<String> FIELDS = List.of(
            "schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations");
    private static final List<String> DESCRIPTOR_FIELDS =
            List.of("mediaType", "artifactType", "digest", "size", "urls", "data", "platform", "annotations");
    private static final List<String> PLATFORM_FIELDS =
            List.of("os", "architecture", "variant", "os.version", "os.features");

    private static final List<String> OF_IMAGES = List.of("config", "layers", "manifests");

    private static final String ATTESTED = "vnd.docker.reference.digest";

    public Manifest {
        content = once(content, Descriptor::digest);
        children = once(children, Child::digest);
        annotations = Map.copyOf(annotations);
    }

    /**
     * A manifest listed in an index.
     *
     * @param platform {@code os/architecture[/variant]} that it is for; empty: not given
     * @param describes digest of the manifest that this one attests, as spelled there. Source: docker buildx, "Image
     *     attestation storage"
     */
    public record Child(
            Digest digest, Optional<String> platform, Optional<String> describes, Optional<String> artifactType) {}

    private static <T> List<T> once(List<T> list, Function<T, Digest> digest) {
        Set<Digest> seen = new HashSet<>();
        return list.stream().filter(each -> seen.add(digest.apply(each))).toList();
    }

    /**
     * Parses a manifest as it was pushed.
     *
     * @param contentType of the request, without parameters; empty: the document's own
     * @throws ManifestInvalid if it is not UTF-8, not JSON, or not a manifest of a supported type
     */
    public static Manifest parse(byte[] body, Optional<MediaType> contentType) {
        try (ParseRoom _ = ParseRoom.take(body.length)) {
            return of(readTree(body), contentType);
        }
    }

    private static Manifest of(JsonNode root, Optional<MediaType> contentType) {
        requireSpelling(root, FIELDS);
        MediaType mediaType = mediaType(root, contentType);
        requireOneKind(root, mediaType);
        if (mediaType.equals(MediaType.OCI_ARTIFACT)) {
            return artifact(root);
        }
        if (!root.path("schemaVersion").isInt() || root.path("schemaVersion").intValue() != 2) {
            throw new ManifestInvalid("schemaVersion must be 2");
        }
        Optional<String> artifactType = text(root, "artifactType");
        List<Descriptor> content = new ArrayList<>();
        List<Child> children = new ArrayList<>();
        if (mediaType.isIndex()) {
            for (JsonNode child : array(root, "manifests")) {
                Descriptor descriptor = descriptor(child, "manifests");
                if (descriptor.mediaType().isOfManifest()) {
                    children.add(child(child, descriptor));
                } else {
                    addBlob(content, descriptor);
                }
            }
        } else {
            Descriptor config = descriptor(root.path("config"), "config");
            content.add(config);
            array(root, "layers").forEach(layer -> addBlob(content, descriptor(layer, "layers")));
            artifactType = artifactType.or(() -> Optional.of(config.mediaType().value()));
        }
        return new Manifest(mediaType, content, children, subject(root), artifactType, annotations(root));
    }

    /** An artifact manifest. Source: image-spec v1.1.0-rc2, artifact.md. */
    private static Manifest artifact(JsonNode root) {
        requireSpelling(root, List.of("blobs"));
        List<Descriptor> content = new ArrayList<>();
        array(root, "blobs").forEach(blob -> addBlob(content, descriptor(blob, "blobs")));
        return new Manifest(
                MediaType.OCI_ARTIFACT,
                content,
                List.of(),
                subject(root),
                text(root, "artifactType"),
                annotations(root));
    }

    private static void addBlob(List<Descriptor> content, Descriptor blob) {
        if (!blob.mediaType().isNotDistributed() && !blob.digest().equals(EmptyLayer.DIGEST)) {
            content.add(blob);
        }
    }

    /** The subject, if it has a digest: Go writes an unset descriptor as one without. */
    private static Optional<Digest> subject(JsonNode root) {
        JsonNode node = root.path("subject");
        boolean isNone = node.isMissingNode()
                || node.isNull()
                || (node.isObject() && text(node, "digest").isEmpty());
        return isNone
                ? Optional.empty()
                : Optional.of(descriptor(node, "subject").digest());
    }

    private static Child child(JsonNode node, Descriptor descriptor) {
        JsonNode platform = node.path("platform");
        requireSpelling(platform, PLATFORM_FIELDS);
        Optional<String> system = hint(platform, "os")
                .flatMap(os -> hint(platform, "architecture").map(architecture -> os + "/" + architecture));
        return new Child(
                descriptor.digest(),
                system.map(named ->
                        named + hint(platform, "variant").map(v -> "/" + v).orElse("")),
                hint(node.path("annotations"), ATTESTED),
                hint(node, "artifactType"));
    }

    /** An optional, untrusted text field: absent, non-string and empty all read as empty. */
    private static Optional<String> hint(JsonNode node, String field) {
        return Optional.ofNullable(node.path(field).textValue()).filter(text -> !text.isEmpty());
    }

    public List<Digest> blobs() {
        return content.stream().map(Descriptor::digest).toList();
    }

    /** Whether a blob is one of the layers, and not the configuration, which the first of an image's blobs is. */
    public boolean isLayer(Digest blob) {
        boolean hasConfig = mediaType.isManifest() && !mediaType.equals(MediaType.OCI_ARTIFACT);
        return !hasConfig || !content.getFirst().digest().equals(blob);
    }

    public List<Digest> manifests() {
        return children.stream().map(Child::digest).toList();
    }

    /** Digests of all content that the repository must hold: {@link #blobs} and {@link #manifests}. */
    public List<Digest> named() {
        List<Digest> named = new ArrayList<>(blobs());
        named.addAll(manifests());
        return named;
    }

    private static JsonNode readTree(byte[] body) {
        try {
            // Jackson would guess UTF-16 and UTF-32 too; JSON on the wire is UTF-8 (RFC 8259, section 8.1).
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            JsonNode root = ParseRoom.JSON.readTree(text);
            if (!root.isObject()) {
                throw new ManifestInvalid("it is not a JSON object");
            }
            return root;
        } catch (CharacterCodingException e) {
            throw new ManifestInvalid("it is not UTF-8");
        } catch (JsonProcessingException e) {
            throw new ManifestInvalid("it is not JSON: " + JsonProblem.of(e));
        }
    }

    private static MediaType mediaType(JsonNode root, Optional<MediaType> contentType) {
        Optional<MediaType> own = text(root, "mediaType").map(MediaType::new);
        if (own.isPresent() && contentType.isPresent() && !own.equals(contentType)) {
            throw new ManifestInvalid(
                    "its mediaType is " + own.get() + ", but the Content-Type header says " + contentType.get());
        }
        MediaType mediaType = own.or(() -> contentType)
                .orElseThrow(() -> new ManifestInvalid("neither mediaType nor a Content-Type header says what it is"));
        if (!mediaType.isManifest() && !mediaType.isIndex()) {
            throw new ManifestInvalid("media type '" + mediaType + "' is not supported; "
                    + List.of(
                            MediaType.OCI_MANIFEST,
                            MediaType.OCI_INDEX,
                            MediaType.DOCKER_MANIFEST,
                            MediaType.DOCKER_LIST)
                    + " are");
        }
        return mediaType;
    }

    /** Rejects documents that readers could take for either a manifest or an index. Source: CVE-2021-41190. */
    private static void requireOneKind(JsonNode root, MediaType mediaType) {
        List<String> others = mediaType.isIndex() ? List.of("config", "layers") : List.of("manifests");
        for (String foreign : mediaType.equals(MediaType.OCI_ARTIFACT) ? OF_IMAGES : others) {
            if (root.hasNonNull(foreign)) {
                throw new ManifestInvalid("a document of type " + mediaType + " has no '" + foreign + "'");
            }
        }
    }

    /**
     * Rejects fields spelled in another case, since readers that ignore case, as Go's do, would see another image.
     * Unknown fields may have any names.
     */
    private static void requireSpelling(JsonNode node, List<String> fields) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String name = entry.getKey();
            for (String field : fields) {
                if (field.equalsIgnoreCase(name) && !field.equals(name)) {
                    throw new ManifestInvalid("'" + name + "' must be spelled '" + field + "'");
                }
            }
        }
    }

    private static Descriptor descriptor(JsonNode node, String where) {
        if (!node.isObject()) {
            throw new ManifestInvalid("'" + where + "' holds no descriptor");
        }
        requireSpelling(node, DESCRIPTOR_FIELDS);
        MediaType mediaType = text(node, "mediaType")
                .map(MediaType::new)
                .orElseThrow(() -> new ManifestInvalid("a descriptor in '" + where + "' has no mediaType"));
        Digest digest = text(node, "digest")
                .map(Digest::parse)
                .orElseThrow(() -> new ManifestInvalid("a descriptor in '" + where + "' has no digest"));
        if (!node.path("size").isIntegralNumber() || !node.path("size").canConvertToLong()) {
            throw new ManifestInvalid("the descriptor of " + digest + " has no size");
        }
        return new Descriptor(mediaType, digest, node.path("size").longValue());
    }

    private static Iterable<JsonNode> array(JsonNode root, String field) {
        if (!root.hasNonNull(field)) {
            return List.of();
        }
        if (!root.path(field).isArray()) {
            throw new ManifestInvalid("'" + field + "' is not a list");
        }
        return root.path(field);
    }

    private static Optional<String> text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new ManifestInvalid("'" + field + "' is not a string");
        }
        return Optional.of(value.textValue()).filter(text -> !text.isEmpty());
    }

    private static Map<String, String> annotations(JsonNode root) {
        JsonNode node = root.path("annotations");
        if (node.isMissingNode() || node.isNull()) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw new ManifestInvalid("'annotations' is not an object");
        }
        Map<String, String> annotations = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual() && !entry.getValue().isNull()) {
                throw new ManifestInvalid("annotation '" + entry.getKey() + "' is not a string");
            }
            annotations.put(entry.getKey(), entry.getValue().asText(""));
        }
        return annotations;
    }
}
