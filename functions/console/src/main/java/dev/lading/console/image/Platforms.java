package dev.lading.console.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.console.Some;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What an index lists.
 *
 * @param others manifests of attestations that describe none of these, and blobs
 */
public record Platforms(Some<Entry> entries, Some<ImagePart> others) {
    /** As many as one request asks for whether they are here. */
    private static final int MAX_SHOWN = 100;

    /** Source: docker buildx, "Image attestation storage". */
    private static final String DESCRIBED = "vnd.docker.reference.digest";

    private static final String ATTESTS = "vnd.docker.reference.type";
    private static final String UNKNOWN = "unknown/unknown";

    /**
     * An image for a platform.
     *
     * @param name of the platform; empty: the index does not say
     * @param kind of what it is, where that is not a plain image
     * @param here whether the repository has it; false: whoever made the mirror left it out
     * @param attestations manifests that describe it
     */
    public record Entry(String name, String kind, Digest digest, boolean here, List<ImagePart> attestations) {
        public Entry {
            attestations = List.copyOf(attestations);
        }
    }

    /** @param held which of some manifests are here */
    static Platforms of(JsonNode index, Function<List<Digest>, Set<Digest>> held) {
        Map<String, List<ImagePart>> attestations = new LinkedHashMap<>();
        List<JsonNode> images = new ArrayList<>();
        List<ImagePart> others = new ArrayList<>();
        for (JsonNode child : index.path("manifests")) {
            if (!new MediaType(child.path("mediaType").asText()).isOfManifest()) {
                others.add(ImagePart.of(child));
            } else if (isAttestation(child)) {
                String described = child.path("annotations").path(DESCRIBED).asText("");
                attestations.computeIfAbsent(described, _ -> new ArrayList<>()).add(ImagePart.of(child));
            } else {
                images.add(child);
            }
        }
        Some<JsonNode> shown = Some.of(images, MAX_SHOWN);
        Set<Digest> here =
                held.apply(shown.shown().stream().map(Platforms::digest).toList());
        Some<Entry> entries = shown.map(child -> {
            List<ImagePart> about = attestations.remove(child.path("digest").asText());
            return entry(child, here, about == null ? List.of() : about);
        });
        attestations.values().forEach(others::addAll);
        return new Platforms(entries, Some.of(others, MAX_SHOWN));
    }

    private static boolean isAttestation(JsonNode child) {
        return child.path("annotations").has(ATTESTS)
                && ImageSettings.platform(child.path("platform")).equals(UNKNOWN);
    }

    private static Digest digest(JsonNode child) {
        return Digest.parse(child.path("digest").asText());
    }

    private static Entry entry(JsonNode child, Set<Digest> here, List<ImagePart> attestations) {
        String kind = new MediaType(child.path("mediaType").asText()).isIndex()
                ? "index"
                : ImagePart.text(child, "artifactType");
        JsonNode platform = child.path("platform");
        String version = platform.path("os.version").asText("");
        String name = ImageSettings.platform(platform) + (version.isEmpty() ? "" : " " + version);
        return new Entry(
                Some.text(name, ImagePart.MAX_NAME),
                kind,
                digest(child),
                here.contains(digest(child)),
                Some.of(attestations, 5).shown());
    }
}
