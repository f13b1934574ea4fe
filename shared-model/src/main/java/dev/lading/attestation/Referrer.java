package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.bundle.BundleKey;
import dev.lading.content.ManifestService;
import dev.lading.curation.StagingArea;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is said of an image, beside it: an artifact of one layer whose subject is the image, made as cosign 3 makes and
 * finds it. Source: image-spec, manifest.md, "Guidelines for Artifact Usage".
 */
final class Referrer {
    private static final MediaType EMPTY = new MediaType("application/vnd.oci.empty.v1+json");
    private static final byte[] EMPTY_OBJECT = "{}".getBytes(UTF_8);
    private static final String TITLE = "org.opencontainers.image.title";
    private static final String CREATED = "org.opencontainers.image.created";

    private final MediaType artifactType;
    private final MediaType layer;
    private final byte[] content;
    private final Map<String, String> annotations;
    private final Optional<String> file;

    /**
     * @param layer type of the content
     * @param created when it says that it was made
     */
    Referrer(
            MediaType artifactType, MediaType layer, byte[] content, Map<String, String> annotations, Instant created) {
        this(artifactType, layer, content, annotations, created, Optional.empty());
    }

    /** @param file what clients call the file that they write; empty: they write none */
    Referrer(
            MediaType artifactType,
            MediaType layer,
            byte[] content,
            Map<String, String> annotations,
            Instant created,
            Optional<String> file) {
        this.artifactType = artifactType;
        this.layer = layer;
        this.content = content;
        this.annotations = new TreeMap<>(annotations);
        this.annotations.put(CREATED, created.truncatedTo(ChronoUnit.SECONDS).toString());
        this.file = file;
    }

    static Referrer signed(Statement statement, BundleKey key, Instant created) {
        Map<String, String> annotations = Map.of(
                SigstoreBundle.CONTENT,
                "dsse-envelope",
                SigstoreBundle.PREDICATE,
                statement.predicate().type());
        byte[] bundle = SigstoreBundle.of(statement.bytes(), key);
        return new Referrer(SigstoreBundle.TYPE, SigstoreBundle.TYPE, bundle, annotations, created);
    }

    /** The bare statement. Source: docker buildx, "Image attestation storage". */
    static Referrer unsigned(Statement statement, Instant created) {
        Map<String, String> annotations =
                Map.of(Statement.PREDICATE, statement.predicate().type());
        return new Referrer(Statement.MEDIA_TYPE, Statement.MEDIA_TYPE, statement.bytes(), annotations, created);
    }

    /**
     * Stages it with its blobs.
     *
     * @param image that it is about
     * @return the manifest, to be committed beside the image
     */
    Descriptor stage(StagingArea area, Descriptor image) throws IOException {
        ObjectNode manifest = ParseRoom.JSON
                .createObjectNode()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.OCI_MANIFEST.value());
        ObjectNode config = manifest.putObject("config");
        area.blob(EMPTY, EMPTY_OBJECT).writeTo(config);
        config.put("artifactType", artifactType.value());
        ObjectNode only = manifest.putArray("layers").addObject();
        area.blob(layer, content).writeTo(only);
        file.ifPresent(name -> only.putObject("annotations").put(TITLE, name));
        annotations.forEach(manifest.putObject("annotations")::put);
        image.writeTo(manifest.putObject("subject"));
        manifest.put("artifactType", artifactType.value());
        return area.manifest(MediaType.OCI_MANIFEST, manifest.toString().getBytes(UTF_8));
    }

    /** The one layer of an artifact in a version, if its bytes are here; empty: it has more, or none. */
    static Optional<BlobEntry> content(RepositoryView holder, Digest artifact, ManifestService manifests) {
        return holder.manifest(artifact)
                .map(manifests::parsed)
                .map(parsed -> parsed.blobs().stream().filter(parsed::isLayer).toList())
                .filter(layers -> layers.size() == 1)
                .flatMap(layers -> holder.blobInVersion(layers.getFirst()))
                .filter(BlobEntry::isHeld);
    }
}
