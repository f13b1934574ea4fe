package dev.lading.console.repository;

import dev.lading.console.Some;
import dev.lading.history.row.ManifestEntry;
import dev.lading.metadata.UuidV7;
import dev.lading.oci.Companions;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.RegistryException;
import dev.lading.overview.TagSummary;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A tag in a list.
 *
 * @param since when it was first set to this image; empty: that is not known
 * @param size of configuration and layers together, in bytes; empty: it is an index, or was not looked up
 * @param index whether it is one
 * @param platforms of an index, without what attests its images
 * @param companion whether it is no image, but what a client attached to one by a name
 */
public record TagRow(
        String name,
        Digest digest,
        Optional<Instant> since,
        Optional<Long> size,
        boolean index,
        Some<String> platforms,
        Optional<Instant> pulled,
        TagSummary.Signed signed,
        boolean companion) {
    private static final int PLATFORMS = 6;
    private static final int PLATFORM_CHARS = 40;
    private static final String ATTESTATION = "unknown/unknown";

    static TagRow of(TagSummary summary) {
        Optional<Manifest> manifest = summary.manifest().flatMap(TagRow::parsed);
        boolean isIndex =
                summary.manifest().filter(found -> found.mediaType().isIndex()).isPresent();
        List<String> platforms = manifest.stream()
                .flatMap(parsed -> parsed.children().stream())
                .flatMap(child -> child.platform().stream())
                .filter(platform -> !platform.equals(ATTESTATION))
                .toList();
        return new TagRow(
                summary.tag().name(),
                summary.tag().digest().orElseThrow(),
                summary.tag().id().map(UuidV7::time),
                manifest.filter(found -> !isIndex).map(TagRow::size),
                isIndex,
                Some.of(platforms, PLATFORMS).map(platform -> Some.text(platform, PLATFORM_CHARS)),
                summary.pulled(),
                summary.signed(),
                Companions.isCompanion(summary.tag().tag()));
    }

    /** One that is too large for its row would have to be read by itself. */
    private static Optional<Manifest> parsed(ManifestEntry manifest) {
        try {
            return manifest.body()
                    .map(body ->
                            Manifest.parse(body.getBytes(StandardCharsets.UTF_8), Optional.of(manifest.mediaType())));
        } catch (RegistryException e) {
            // Stored by an earlier build with other rules.
            return Optional.empty();
        }
    }

    private static long size(Manifest image) {
        return image.content().stream().mapToLong(Descriptor::sizeBytes).sum();
    }

    public boolean hasSignature() {
        return signed == TagSummary.Signed.YES;
    }

    public boolean hasUnknown() {
        return signed == TagSummary.Signed.UNKNOWN;
    }
}
