package dev.lading.operation.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.history.RepositoryView;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.ParseRoom;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.testing.Registry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands beside an image that was built. */
class BuildReferrersTest extends BuildTasksFixture {
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String BASE_SBOM = "application/vnd.dev.lading.base-sbom.v1";
    private static final String LOG = "application/vnd.dev.lading.build-log.v1";
    private static final String SBOM = "{\"bomFormat\":\"CycloneDX\",\"components\":[]}";

    @TempDir
    private Path logs;

    @Test
    void provenance_names_what_took_part_and_its_versions() throws IOException {
        builder.images = List.of(image("amd64", OWN_TAR));

        build(order(Set.of("1"), List.of()));

        JsonNode provenance = statement(only(tagged("1"), BUNDLE));
        assertThat(provenance.path("predicateType").asText()).isEqualTo("https://slsa.dev/provenance/v1");
        JsonNode made = provenance.at("/predicate/runDetails/builder");
        assertThat(made.path("id").asText()).isEqualTo("http://registry#buildah");
        assertThat(made.path("version")).hasToString("""
                {"buildah":"1.28.2","isolation":"oci","lading":"0.9"}""");
    }

    @Test
    void what_a_generator_wrote_is_attested_and_the_bases_list_is_not_taken() throws IOException {
        builder.pulls = Optional.of(baseWithSbom());
        builder.images = List.of(
                image("amd64", Optional.of(() -> new ByteArrayInputStream(SBOM.getBytes(UTF_8))), BASE_TAR, OWN_TAR));

        build(order(Set.of("1"), List.of()));

        assertThat(referrers(tagged("1"), BASE_SBOM)).isEmpty();
        assertThat(referrers(tagged("1"), BUNDLE))
                .extracting(this::statement)
                .filteredOn(each -> each.path("predicateType").asText().equals("https://cyclonedx.org/bom"))
                .singleElement()
                .satisfies(each -> assertThat(each.path("predicate")).hasToString(SBOM));
    }

    @Test
    void without_a_generator_the_bases_list_comes_along_and_is_no_list_of_the_image() throws IOException {
        Digest base = baseWithSbom();
        builder.pulls = Optional.of(base);
        builder.images = List.of(image("amd64", BASE_TAR, OWN_TAR));

        build(order(Set.of("1"), List.of()));

        Descriptor brought = only(tagged("1"), BASE_SBOM);
        assertThat(brought.annotations()).containsEntry("dev.lading.sbom.of", base.toString());
        JsonNode layer = manifest(brought.digest()).at("/layers/0");
        assertThat(layer.path("mediaType").asText()).isEqualTo("application/vnd.cyclonedx+json");
        assertThat(text(layer)).isEqualTo(SBOM);
        assertThat(statement(only(tagged("1"), BUNDLE)).path("predicateType").asText())
                .isEqualTo("https://slsa.dev/provenance/v1");
    }

    @Test
    void an_image_that_does_not_stand_on_what_was_pulled_gets_nothing_of_it() throws IOException {
        builder.pulls = Optional.of(baseWithSbom());
        builder.images = List.of(image("amd64", OWN_TAR));

        build(order(Set.of("1"), List.of()));

        assertThat(referrers(tagged("1"), BASE_SBOM)).isEmpty();
    }

    @Test
    void the_log_is_in_the_version_and_is_of_the_whole_index() throws IOException {
        builder.log = Optional.of(Files.writeString(logs.resolve("log"), "STEP 1\n"));
        builder.images = List.of(image("amd64", OWN_TAR), image("arm64", OWN_TAR));

        Task task = build(order(Set.of("1"), List.of("linux/amd64", "linux/arm64")));

        assertThat(registry.view(APP).version()).isEqualTo(1);
        Descriptor log = only(tagged("1"), LOG);
        assertThat(log.annotations())
                .containsEntry("dev.lading.build.task", task.id().toString());
        JsonNode layer = manifest(log.digest()).at("/layers/0");
        assertThat(layer.at("/annotations/org.opencontainers.image.title").asText())
                .isEqualTo("build.log");
        assertThat(text(layer)).isEqualTo("STEP 1\n");
        for (JsonNode child : manifest(tagged("1")).path("manifests")) {
            assertThat(referrers(Digest.parse(child.path("digest").asText()), LOG))
                    .isEmpty();
        }
        try (InputStream kept = builds.keptLog(task.id()).orElseThrow().open(blobs)) {
            assertThat(kept.readAllBytes()).isEqualTo("STEP 1\n".getBytes(UTF_8));
        }
    }

    @Test
    void of_a_long_log_its_last_lines_are_kept() throws IOException {
        String line = "x".repeat(1023) + "\n";
        builder.log = Optional.of(Files.writeString(logs.resolve("log"), "first\n" + line.repeat(1024) + "the end\n"));
        builder.images = List.of(image("amd64", OWN_TAR));

        build(order(Set.of("1"), List.of()));

        String kept = text(manifest(only(tagged("1"), LOG).digest()).at("/layers/0"));
        assertThat(kept)
                .startsWith("# the log begins earlier: this is the last MiB of it\n" + line)
                .endsWith(line + "the end\n")
                .hasSizeLessThan(1024 * 1024 + 100);
    }

    @Test
    void a_log_that_is_to_be_kept_from_others_is_not_in_the_version() throws IOException {
        keepsLog = false;
        builder.log = Optional.of(Files.writeString(logs.resolve("log"), "STEP 1\n"));
        builder.images = List.of(image("amd64", OWN_TAR));

        Task task = build(order(Set.of("1"), List.of()));

        assertThat(referrers(tagged("1"), LOG)).isEmpty();
        assertThat(builds.keptLog(task.id())).isEmpty();
    }

    @Test
    void a_build_that_made_no_version_keeps_no_log() throws IOException {
        builder.log = Optional.of(Files.writeString(logs.resolve("log"), "STEP 1\n"));
        builder.fails = Optional.of("the build failed");

        TaskId failed = build(order(Set.of("1"), List.of())).id();

        assertThat(builds.keptLog(failed)).isEmpty();
    }

    private Digest baseWithSbom() {
        Digest base = pushBase();
        Digest empty = registry.pushBlob(BASE, "{}".getBytes(UTF_8));
        Digest document = registry.pushBlob(BASE, SBOM.getBytes(UTF_8));
        String referrer = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                "artifactType":"application/vnd.cyclonedx+json",\
                "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},\
                "layers":[{"mediaType":"application/vnd.cyclonedx+json","digest":"%s","size":%d}],\
                "subject":{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","digest":"%s","size":1}}""".formatted(empty, document, SBOM.length(), base);
        byte[] body = referrer.getBytes(UTF_8);
        registry.push(BASE, Registry.byDigest(sha(body)), body);
        return base;
    }

    private Digest tagged(String tag) {
        return registry.tag(APP, tag).orElseThrow();
    }

    private Descriptor only(Digest image, String type) {
        List<Descriptor> found = referrers(image, type);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private List<Descriptor> referrers(Digest image, String type) {
        RepositoryView app = registry.view(APP);
        return app.referrers(image, Optional.empty(), 10).entries().stream()
                .map(entry -> entry.descriptor())
                .filter(each -> each.artifactType().equals(Optional.of(type)))
                .toList();
    }

    private JsonNode statement(Descriptor attestation) {
        try {
            JsonNode bundle =
                    ParseRoom.JSON.readTree(text(manifest(attestation.digest()).at("/layers/0")));
            return ParseRoom.JSON.readTree(bundle.at("/dsseEnvelope/payload").binaryValue());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String text(JsonNode layer) throws IOException {
        try (InputStream in = read(Digest.parse(layer.path("digest").asText()))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
