package dev.lading.oci;

import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of tags that belong to a manifest by convention: {@code sha256-<hex>.sig}, {@code .att} and {@code .sbom} of
 * cosign, and {@code sha256-<hex>} for a registry without the referrers API. Source: cosign, "Signature spec";
 * distribution-spec v1.1, "Referrers Tag Schema".
 */
public final class Companions {
    private static final Set<String> SIGNATURE_TYPES = Set.of(
            "application/vnd.dev.cosign.artifact.sig.v1+json",
            "application/vnd.dev.cosign.simplesigning.v1+json",
            "application/vnd.dev.sigstore.bundle.v0.3+json");

    /** Characters of a longer digest that go into a name. Source: distribution-spec, pull request 563. */
    private static final int MAX_HEX = 64;

    private static final Pattern NAME = Pattern.compile("sha(256|512)-[0-9a-f]{" + MAX_HEX + "}(\\..*)?");

    private Companions() {}

    public static boolean isCompanion(Tag tag) {
        return isCompanion(tag.value());
    }

    public static boolean isCompanion(String name) {
        return NAME.matcher(name).matches();
    }

    /** Tag of the index of referrers, where a registry has no API for them. */
    public static Tag referrers(Digest digest) {
        return new Tag(digest.algorithm() + "-" + digest.hex().substring(0, MAX_HEX));
    }

    public static Tag signature(Digest digest) {
        return new Tag(referrers(digest) + ".sig");
    }

    /** Tags that cosign and other clients make. */
    public static Stream<Tag> of(Digest digest) {
        return Stream.of("", ".sig", ".att", ".sbom").map(suffix -> new Tag(referrers(digest) + suffix));
    }

    /** Existing companion tags, with any suffix. */
    public static Stream<Tag> of(Digest digest, NavigableSet<String> tags) {
        String first = referrers(digest).value();
        // The slash comes behind the dot.
        return tags.subSet(first, first + "/").stream().map(Tag::new).filter(Companions::isCompanion);
    }

    /** Whether a referrer is a signature by cosign; an attestation in a bundle looks alike. */
    public static boolean isSignature(Optional<String> artifactType) {
        return artifactType.filter(SIGNATURE_TYPES::contains).isPresent();
    }
}
