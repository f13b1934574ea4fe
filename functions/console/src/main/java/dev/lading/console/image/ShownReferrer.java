package dev.lading.console.image;

import dev.lading.console.Some;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Something said of an image, beside it.
 *
 * @param says what it is of this kind, such as the format
 * @param created when it says that it was made
 */
public record ShownReferrer(Kind kind, String says, Digest digest, Optional<Instant> created) {
    /** What somebody says. Nobody here verifies it. */
    public enum Kind {
        SIGNATURE("Signature"),
        PROVENANCE("Provenance"),
        SBOM("SBOM"),
        ATTESTATION("Attestation"),
        ARTIFACT("Artifact");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle";

    /** Types of signatures. Sources: cosign, "Signature Spec"; notation, "Signature Specification". */
    private static final Map<String, String> SIGNATURES = Map.of(
            "application/vnd.dev.cosign.artifact.sig.v1+json", "by cosign",
            "application/vnd.dev.cosign.simplesigning.v1+json", "by cosign",
            "application/vnd.cncf.notary.signature", "by Notation");

    /** Ends of the tags by which cosign up to version 2 finds what it says. Source: cosign, "Signature Spec". */
    private static final Map<String, Kind> TAGS =
            Map.of(".sig", Kind.SIGNATURE, ".att", Kind.ATTESTATION, ".sbom", Kind.SBOM);

    static ShownReferrer of(ReferrerEntry entry) {
        Descriptor descriptor = entry.descriptor();
        Map<String, String> notes = descriptor.annotations();
        String type = descriptor.artifactType().orElse(descriptor.mediaType().value());
        String predicate = notes.getOrDefault(
                "dev.sigstore.bundle.predicateType", notes.getOrDefault("in-toto.io/predicate-type", ""));
        Kind kind = kind(type, predicate, notes.getOrDefault("dev.sigstore.bundle.content", ""));
        return new ShownReferrer(
                kind,
                Some.text(says(type, predicate), ImagePart.MAX_NAME),
                descriptor.digest(),
                ImageSettings.time(notes.getOrDefault("org.opencontainers.image.created", "")));
    }

    private static String says(String type, String predicate) {
        if (SIGNATURES.containsKey(type)) {
            return SIGNATURES.get(type);
        }
        if (type.startsWith(BUNDLE)) {
            return (predicate.isEmpty() ? "" : predicate + ", ") + "in a signed sigstore bundle";
        }
        return predicate.isEmpty() ? type : predicate;
    }

    private static Kind kind(String type, String predicate, String content) {
        if (SIGNATURES.containsKey(type) || content.equals("message-signature")) {
            return Kind.SIGNATURE;
        }
        Kind byPredicate = ofPredicate(predicate);
        if (byPredicate != Kind.ARTIFACT) {
            return byPredicate;
        }
        String lower = type.toLowerCase(Locale.ROOT);
        if (lower.contains("spdx") || lower.contains("cyclonedx") || lower.contains("syft")) {
            return Kind.SBOM;
        }
        return lower.contains("in-toto") || lower.contains("dsse") || lower.startsWith(BUNDLE)
                ? Kind.ATTESTATION
                : Kind.ARTIFACT;
    }

    static Kind ofPredicate(String predicate) {
        if (predicate.isEmpty()) {
            return Kind.ARTIFACT;
        }
        if (predicate.startsWith("https://slsa.dev/provenance/")) {
            return Kind.PROVENANCE;
        }
        if (predicate.startsWith("https://sigstore.dev/cosign/sign/")) {
            return Kind.SIGNATURE;
        }
        return predicate.startsWith("https://spdx.dev/") || predicate.startsWith("https://cyclonedx.org/")
                ? Kind.SBOM
                : Kind.ATTESTATION;
    }

    /** How cosign up to version 2 begins the tags of what it says of an image. */
    static String tagsOf(Digest image) {
        return image.algorithm() + "-" + image.hex() + ".";
    }

    /** Empty: the tag only looks like one of cosign's. */
    static Optional<ShownReferrer> of(TagEntry tag, Digest image) {
        String end = tag.tag().value().substring(tagsOf(image).length() - 1);
        return Optional.ofNullable(TAGS.get(end))
                .flatMap(kind -> tag.digest()
                        .map(digest -> new ShownReferrer(
                                kind, "by cosign, as a tag that ends with " + end, digest, Optional.empty())));
    }

    public boolean isSignature() {
        return kind == Kind.SIGNATURE;
    }

    /** Whether a page can show at a glance what it says. */
    public boolean isProvenance() {
        return kind == Kind.PROVENANCE;
    }
}
