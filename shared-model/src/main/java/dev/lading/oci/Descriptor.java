package dev.lading.oci;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.oci.RegistryException.ManifestInvalid;
import java.util.Map;
import java.util.Optional;

/** A pointer to content: media type, digest and size. Source: image-spec, descriptor.md, "Properties". */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Descriptor(
        MediaType mediaType,
        Digest digest,

        @JsonInclude(JsonInclude.Include.ALWAYS) @JsonProperty("size")
        long sizeBytes,

        Optional<String> artifactType,
        Map<String, String> annotations) {
    public Descriptor {
        requireNonNull(mediaType, "mediaType");
        requireNonNull(digest, "digest");
        if (sizeBytes < 0) {
            throw new ManifestInvalid("the size of " + digest + " is negative: " + sizeBytes);
        }
        artifactType = artifactType == null ? Optional.empty() : artifactType;
        annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
    }

    public Descriptor(MediaType mediaType, Digest digest, long sizeBytes) {
        this(mediaType, digest, sizeBytes, Optional.empty(), Map.of());
    }

    public static Descriptor of(MediaType mediaType, byte[] content) {
        return new Descriptor(mediaType, Digest.of(Digest.SHA256, content), content.length);
    }

    /** Writes the three properties that every descriptor has. */
    public void writeTo(ObjectNode node) {
        node.put("mediaType", mediaType.value())
                .put("digest", digest.toString())
                .put("size", sizeBytes);
    }
}
