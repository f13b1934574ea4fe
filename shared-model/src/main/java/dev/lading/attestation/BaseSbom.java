package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.curation.StagingArea;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A list of what a base contains, as the base brought it. An image that stands on the base contains more: whoever looks
 * for its own list is not to find this one, so that the artifact has a type of its own, and nobody signs it.
 *
 * @param base digest of the manifest that the document is about
 */
public record BaseSbom(Sbom document, Digest base) {
    /** The artifact's type. */
    static final MediaType TYPE = new MediaType("application/vnd.dev.lading.base-sbom.v1");

    /** The annotation with the digest of the base. */
    static final String OF = "dev.lading.sbom.of";

    /**
     * Stages it beside an image that stands on the base.
     *
     * @param created when it says that it was made
     * @return the referrer's manifest, to be committed with the image
     */
    public Descriptor stage(StagingArea area, Descriptor image, Instant created) throws IOException {
        return new Referrer(
                        TYPE,
                        document.mediaType(),
                        document.json().getBytes(UTF_8),
                        Map.of(OF, base.toString()),
                        created,
                        Optional.of("base-sbom.json"))
                .stage(area, image);
    }
}
