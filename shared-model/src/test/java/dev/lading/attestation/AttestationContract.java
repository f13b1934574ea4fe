package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.commit.Progress;
import dev.lading.curation.StagedContent.TagOn;
import dev.lading.curation.StagingArea;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.secret.MemorySecrets;
import dev.lading.signing.StoredBundleKeys;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Attestations beside the images that they are about. */
public abstract class AttestationContract extends ServiceContract {
    private static final RepositoryName LIVE = new RepositoryName("live/app");
    private static final Instant MADE = Instant.parse("2026-11-29T10:00:09.5Z");
    private static final Sbom CONTENT = Sbom.parse("{\"spdxVersion\":\"SPDX-2.3\"}".getBytes(UTF_8));
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String STATEMENT = "application/vnd.in-toto+json";

    private RepositoryId app() {
        return registry().repositories.getOrCreate(APP);
    }

    private static Attestations signing() {
        return new Attestations(Optional.of(new StoredBundleKeys(new MemorySecrets(new ConcurrentHashMap<>()))));
    }

    /** An image and what attests it, in one version. */
    private record Made(Descriptor image, Descriptor attestation, long version) {}

    private Made made(Attestations attestations) throws IOException {
        try (StagingArea area = registry().stagings.begin()) {
            Digest config = area.blob(MediaType.OCTET_STREAM, Bytes.random(100)).digest();
            Descriptor image = area.manifest(MediaType.OCI_MANIFEST, Images.image(List.of(config), "built"));
            Descriptor attestation = attestations.attest(area, "team/app", image, CONTENT, MADE);
            long version = area.commit(
                    app(),
                    List.of(image.digest(), attestation.digest()),
                    Set.of(new TagOn(new Tag("1"), image.digest())),
                    Progress.NONE);
            return new Made(image, attestation, version);
        }
    }

    private List<Descriptor> referrers(RepositoryName name, Descriptor image) {
        return registry()
                .manifests
                .referrers(registry().pull(name), image.digest(), Optional.empty(), 10)
                .entries()
                .stream()
                .map(entry -> entry.descriptor())
                .toList();
    }

    private JsonNode manifest(Descriptor attestation) throws IOException {
        var entry = registry().view(APP).manifest(attestation.digest()).orElseThrow();
        return new ObjectMapper().readTree(registry().manifests.body(entry));
    }

    private byte[] blob(JsonNode descriptor) throws IOException {
        Digest digest = Digest.parse(descriptor.path("digest").asText());
        var entry = registry().view(APP).blobInVersion(digest).orElseThrow();
        try (InputStream in = blobs().read(entry.key().orElseThrow(), 0, entry.sizeBytes())) {
            return in.readAllBytes();
        }
    }

    /** Field by field and in the order of what cosign 3.1.3 pushed. */
    @Test
    void a_signed_one_is_the_artifact_that_cosign_makes() throws IOException {
        Made made = made(signing());

        JsonNode manifest = manifest(made.attestation());
        JsonNode layer = manifest.path("layers").path(0);
        assertThat(manifest).hasToString("""
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                "config":{"mediaType":"application/vnd.oci.empty.v1+json",\
                "digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,\
                "artifactType":"%1$s"},"layers":[{"mediaType":"%1$s","digest":"%2$s","size":%3$d}],\
                "annotations":{"dev.sigstore.bundle.content":"dsse-envelope",\
                "dev.sigstore.bundle.predicateType":"https://spdx.dev/Document",\
                "org.opencontainers.image.created":"2026-11-29T10:00:09Z"},\
                "subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%4$s","size":%5$d},\
                "artifactType":"%1$s"}""".formatted(
                        BUNDLE,
                        layer.path("digest").asText(),
                        layer.path("size").asLong(),
                        made.image().digest(),
                        made.image().sizeBytes()));
        assertThat(blob(manifest.path("config"))).isEqualTo("{}".getBytes(UTF_8));
        JsonNode payload =
                new ObjectMapper().readTree(blob(layer)).path("dsseEnvelope").path("payload");
        assertThat(payload.binaryValue())
                .isEqualTo(new Statement("team/app", made.image().digest(), CONTENT).bytes());
    }

    @Test
    void it_is_found_by_its_type_and_by_what_it_tells() throws IOException {
        Made made = made(signing());

        assertThat(made.version()).isEqualTo(1);
        assertThat(registry().tags(APP)).containsExactly("1");
        assertThat(referrers(APP, made.image())).singleElement().satisfies(found -> {
            assertThat(found.digest()).isEqualTo(made.attestation().digest());
            assertThat(found.artifactType()).contains(BUNDLE);
            assertThat(found.annotations())
                    .containsEntry("dev.sigstore.bundle.predicateType", "https://spdx.dev/Document")
                    .containsEntry("dev.sigstore.bundle.content", "dsse-envelope");
        });
    }

    @Test
    void without_a_key_it_is_the_bare_statement() throws IOException {
        Made made = made(new Attestations(Optional.empty()));

        JsonNode layer = manifest(made.attestation()).path("layers").path(0);
        assertThat(layer.path("mediaType").asText()).isEqualTo(STATEMENT);
        assertThat(blob(layer)).isEqualTo(new Statement("team/app", made.image().digest(), CONTENT).bytes());
        assertThat(referrers(APP, made.image())).singleElement().satisfies(found -> {
            assertThat(found.artifactType()).contains(STATEMENT);
            assertThat(found.annotations()).containsEntry("in-toto.io/predicate-type", "https://spdx.dev/Document");
        });
    }

    @Test
    void a_promotion_takes_it_along() throws IOException {
        Made made = made(signing());
        RepositoryId live = registry().repositories.getOrCreate(LIVE);

        var _ = registry().curation.promote(app(), made.version(), live, Optional.empty(), Progress.NONE);

        assertThat(referrers(LIVE, made.image())).isEqualTo(referrers(APP, made.image()));
        var there = registry()
                .manifests
                .parsed(registry()
                        .view(LIVE)
                        .manifest(made.attestation().digest())
                        .orElseThrow());
        assertThat(there.blobs())
                .isNotEmpty()
                .allSatisfy(blob ->
                        assertThat(registry().view(LIVE).blobInVersion(blob)).isPresent());
    }
}
