package dev.lading.attestation;

import dev.lading.curation.StagingArea;
import dev.lading.oci.Descriptor;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.KeyUnusable;
import dev.lading.signing.BundleKeys;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Attests images that are being made, in the name of the registry. */
public final class Attestations {
    private final Optional<BundleKeys> keys;

    /** @param keys by which statements are signed; empty: by none */
    public Attestations(Optional<BundleKeys> keys) {
        this.keys = keys;
    }

    /**
     * Stages a statement about an image beside it.
     *
     * @param name of the image, for people
     * @param image an image's manifest; that of an index says nothing about its images
     * @param made when the statement says that it was made
     * @return the referrer's manifest, to be committed with the image
     * @throws KeyUnusable if nothing can be signed by the registry's key; it is not left unsigned
     */
    public Descriptor attest(StagingArea area, String name, Descriptor image, Predicate predicate, Instant made)
            throws IOException {
        return made(new Statement(name, image.digest(), predicate), made).stage(area, image);
    }

    /** One large one at a time: it is in memory as text, as what is signed, and as what is stored. */
    private Referrer made(Statement statement, Instant made) {
        try (ParseRoom _ = ParseRoom.take(statement.predicate().json().length())) {
            return keys.map(key -> Referrer.signed(statement, key.signer(), made))
                    .orElseGet(() -> Referrer.unsigned(statement, made));
        }
    }
}
