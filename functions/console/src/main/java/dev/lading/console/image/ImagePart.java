package dev.lading.console.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.console.Some;
import dev.lading.oci.Digest;

/**
 * A blob or a manifest that another one names.
 *
 * @param digest as it is written there, which may be none that this registry knows
 * @param title file name that its maker gave it, or what a statement in it says; empty: none
 */
public record ImagePart(String mediaType, String digest, long sizeBytes, String title) {
    static final int MAX_NAME = 255;

    private static final String TITLE = "org.opencontainers.image.title";
    private static final String PREDICATE = "in-toto.io/predicate-type";
    private static final int BRIEF = 19;

    static ImagePart of(JsonNode descriptor) {
        JsonNode notes = descriptor.path("annotations");
        String title = notes.path(TITLE).asText(notes.path(PREDICATE).asText(""));
        return new ImagePart(
                text(descriptor, "mediaType"),
                text(descriptor, "digest"),
                Math.max(0, descriptor.path("size").asLong()),
                Some.text(title, MAX_NAME));
    }

    /** @throws dev.lading.oci.RegistryException.DigestInvalid if it is none, which pushes refuse */
    public Digest parsed() {
        return Digest.parse(digest);
    }

    /** Enough of the digest to tell it from others. */
    public String brief() {
        return Some.text(digest, MAX_NAME).substring(0, Math.min(digest.length(), BRIEF));
    }

    static String text(JsonNode node, String field) {
        return Some.text(node.path(field).asText(""), MAX_NAME);
    }
}
