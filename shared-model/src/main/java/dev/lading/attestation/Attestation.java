package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.bundle.BundleKey;
import dev.lading.curation.StagingArea;
import dev.lading.oci.Descriptor;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/**
 * A statement as a referrer of the image that it is about: an artifact of one layer, as cosign 3 makes and finds it.
 * Source: image-spec, manifest.md, "Guidelines for Artifact Usage".
 */
public final class Attestation {
    private static final MediaType EMPTY = new MediaType("application/vnd.oci.empty.v1+json");
    private static final byte[] EMPTY_OBJECT = "{}".getBytes(UTF_8);
    private static final String CREATED = "org.opencontainers.image.created";

    private final MediaType type;
    private final byte[] content;
    private final Map<String, String> annotations;

    private Attestation(MediaType type, byte[] content, Map<String, String> annotations, Instant created) {
        this.type = type;
        this.content = content;
        this.annotations = new TreeMap<>(annotations);
        this.annotations.put(CREATED, created.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** @param created when it says that it was made */
    public static Attestation signed(Statement statement, BundleKey key, Instant created) {
        return new Attestation(
                SigstoreBundle.TYPE,
                SigstoreBundle.of(statement.bytes(), key),
                Map.of(
                        "dev.sigstore.bundle.content",
                        "dsse-envelope",
                        "dev.sigstore.bundle.predicateType",
                        statement.predicate().type()),
                created);
    }

    /** The bare statement. Source: docker buildx, "Image attestation storage". */
    public static Attestation unsigned(Statement statement, Instant created) {
        return new Attestation(
                new MediaType(Statement.MEDIA_TYPE),
                statement.bytes(),
                Map.of("in-toto.io/predicate-type", statement.predicate().type()),
                created);
    }

    /**
     * Stages it with its blobs.
     *
     * @param image that the statement is about
     * @return the manifest, to be committed beside the image
     */
    public Descriptor stage(StagingArea area, Descriptor image) throws IOException {
        ObjectNode manifest = ParseRoom.JSON
                .createObjectNode()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.OCI_MANIFEST.value());
        ObjectNode config = manifest.putObject("config");
        area.blob(EMPTY, EMPTY_OBJECT).writeTo(config);
        config.put("artifactType", type.value());
        area.blob(type, content).writeTo(manifest.putArray("layers").addObject());
        annotations.forEach(manifest.putObject("annotations")::put);
        image.writeTo(manifest.putObject("subject"));
        manifest.put("artifactType", type.value());
        return area.manifest(MediaType.OCI_MANIFEST, manifest.toString().getBytes(UTF_8));
    }
}
