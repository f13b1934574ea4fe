package dev.lading.sync;

import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.NavigableSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What belongs to a manifest without being named by it, where it is found by name: {@code sha256-<hex>.sig}, {@code .att} and
 * {@code .sbom} of cosign, and {@code sha256-<hex>} for a registry without the referrers API. Source: cosign, "Signature
 * spec"; distribution-spec v1.1, "Referrers Tag Schema".
 */
final class Companions {
    private static final Set<String> SIGNATURE_TYPES = Set.of(
            "application/vnd.dev.cosign.artifact.sig.v1+json",
            "application/vnd.dev.cosign.simplesigning.v1+json",
            "application/vnd.dev.sigstore.bundle.v0.3+json");

    private Companions() {}

    private static String prefix(Digest digest) {
        return digest.algorithm() + "-" + digest.hex();
    }

    static boolean isCompanion(Tag tag) {
        return tag.value().matches("sha(256|512)-[0-9a-f]{64,128}(\\..*)?");
    }

    static Tag signature(Digest digest) {
        return new Tag(prefix(digest) + ".sig");
    }

    /** Those that cosign and other clients make. */
    static Stream<Tag> of(Digest digest) {
        return Stream.of("", ".sig", ".att", ".sbom")
                .map(suffix -> prefix(digest) + suffix)
                .map(Tag::new);
    }

    /** Those that there are, with whatever suffix. */
    static Stream<Tag> of(Digest digest, NavigableSet<String> tags) {
        // The slash comes behind the dot.
        return tags.subSet(prefix(digest), prefix(digest) + "/").stream()
                .map(Tag::new)
                .filter(Companions::isCompanion);
    }

    /** Whether a referrer is a signature by cosign. */
    static boolean isSignature(Descriptor referrer) {
        return referrer.artifactType().filter(SIGNATURE_TYPES::contains).isPresent();
    }
}
