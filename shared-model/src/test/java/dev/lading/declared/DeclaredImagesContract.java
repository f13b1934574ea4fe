package dev.lading.declared;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.commit.Progress;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteId;
import dev.lading.testing.Bytes;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are declared. */
public abstract class DeclaredImagesContract extends ServiceContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RepositoryName BASE = new RepositoryName("bases/java");
    private static final Instant MADE = Instant.parse("2026-01-02T03:04:05Z");
    private static final RunSettings NOTHING = new RunSettings(
            Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), List.of());

    private static final String IMAGE = MediaType.OCI_MANIFEST.value();
    private static final String CONFIGURATION = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    private Digest configuration(String architecture) {
        return configuration(architecture, MADE.toString());
    }

    private Digest configuration(String architecture, String made) {
        String text = """
                {"architecture":"%s","os":"linux","created":"%s","author":"a stranger",\
                "config":{"Env":["PATH=/bin","LANG=C"],"Cmd":["sh"],"Labels":{"a":"1"}},\
                "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created_by":"base"}]}""".formatted(architecture, made, "a".repeat(64));
        return registry().pushBlob(BASE, text.getBytes(UTF_8));
    }

    private static String described(String type, Digest digest, long size) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, size);
    }

    private Digest image(String architecture, String configurationType, String layerType) {
        byte[] layer = Bytes.random(300);
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}""".formatted(
                        IMAGE,
                        described(configurationType, configuration(architecture), 300),
                        described(layerType, registry().pushBlob(BASE, layer), layer.length));
        return registry()
                .push(BASE, byTag(architecture), manifest.getBytes(UTF_8))
                .digest();
    }

    /** An index of two platforms and what attests one of them. */
    private Digest index() {
        Digest amd = image("amd64", CONFIGURATION, LAYER);
        Digest arm = image("arm64", CONFIGURATION, LAYER);
        Digest attestation = image("unknown", CONFIGURATION, LAYER);
        String index = """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s,%s]}""".formatted(
                        MediaType.OCI_INDEX,
                        child(amd, "linux", "amd64", ""),
                        child(arm, "linux", "arm64", ",\"variant\":\"v8\""),
                        child(attestation, "unknown", "unknown", ""));
        return registry().push(BASE, byTag("21"), index.getBytes(UTF_8)).digest();
    }

    private static String child(Digest digest, String os, String architecture, String more) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":400,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"%s}}"
                .formatted(IMAGE, digest, os, architecture, more);
    }

    private RepositoryId app() {
        return registry().repositories.getOrCreate(APP);
    }

    private Declaration declared(Digest base, List<DeclaredFile> files, RunSettings run) {
        return declared(base, Optional.empty(), files, run);
    }

    private Declaration declared(
            Digest base, Optional<Set<String>> platforms, List<DeclaredFile> files, RunSettings run) {
        RepositoryId from = registry().repositories.getOrCreate(BASE);
        long version = registry().repositories.get(from).version();
        return new Declaration(
                app(), from, version, base, platforms, files, run, Optional.empty(), Set.of(new Tag("1")));
    }

    private long make(Declaration declared) {
        try {
            return registry().declared.make(declared, Progress.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DeclaredFile file(String path, byte[] content, int mode) {
        return new DeclaredFile(path, registry().pushBlob(APP, content), mode);
    }

    private JsonNode manifest(Digest digest) throws IOException {
        ManifestEntry entry = registry().view(APP).manifest(digest).orElseThrow();
        return JSON.readTree(registry().manifests.body(entry));
    }

    private byte[] blob(JsonNode descriptor) throws IOException {
        Digest digest = Digest.parse(descriptor.path("digest").asText());
        var entry = registry().view(APP).blobInVersion(digest).orElseThrow();
        assertThat(entry.sizeBytes()).isEqualTo(descriptor.path("size").asLong());
        try (InputStream in = registry().blobs.read(entry.key().orElseThrow(), 0, entry.sizeBytes())) {
            return in.readAllBytes();
        }
    }

    @Test
    void an_index_gets_one_image_for_each_platform_in_one_version() throws IOException {
        Digest base = index();
        List<DeclaredFile> files = List.of(file("/app/run.sh", "echo".getBytes(UTF_8), 0755));
        long before = registry().repositories.get(app()).version();

        long version = make(declared(base, files, NOTHING));

        assertThat(version).isEqualTo(before + 1);
        Digest made = registry().tag(APP, "1").orElseThrow();
        JsonNode index = manifest(made);
        assertThat(index.path("manifests"))
                .extracting(each -> each.path("platform").toString())
                .containsExactly(
                        "{\"os\":\"linux\",\"architecture\":\"amd64\"}",
                        "{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}");
        for (JsonNode child : index.path("manifests")) {
            JsonNode image = manifest(Digest.parse(child.path("digest").asText()));
            assertThat(image.path("layers")).hasSize(2);
            assertThat(image.path("annotations")
                            .path("org.opencontainers.image.base.digest")
                            .asText())
                    .startsWith("sha256:");
            blob(image.path("layers").get(0));
            assertThat(blob(image.path("config"))).isNotEmpty();
        }
        assertThat(registry().view(APP).version()).isEqualTo(version);
    }

    @Test
    void the_layer_has_the_files_as_declared(@TempDir Path folder) throws Exception {
        String deep = "/srv/" + "folder/".repeat(18) + "file-\u00fc.txt";
        List<DeclaredFile> files = List.of(
                file("/app/z.jar", Bytes.random(1000), 0640),
                file(deep, new byte[0], 0644),
                file("/app/a.sh", Bytes.random(512), 0755));
        Digest base = image("amd64", CONFIGURATION, LAYER);

        var _ = make(declared(base, files, NOTHING));

        JsonNode image = manifest(registry().tag(APP, "1").orElseThrow());
        Path layer = Files.write(
                folder.resolve("layer.tar"), blob(image.path("layers").get(1)));
        Process tar = new ProcessBuilder(
                        "tar",
                        "--list",
                        "--verbose",
                        "--numeric-owner",
                        "--utc",
                        "--quoting-style=literal",
                        "--file",
                        "" + layer)
                .redirectErrorStream(true)
                .start();
        assertThat(new String(tar.getInputStream().readAllBytes(), UTF_8)
                        .lines()
                        .map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "-rwxr-xr-x 0/0 512 2026-01-02 03:04 app/a.sh",
                        "-rw-r----- 0/0 1000 2026-01-02 03:04 app/z.jar",
                        "-rw-r--r-- 0/0 0 2026-01-02 03:04 " + deep.substring(1));
        JsonNode configuration = JSON.readTree(blob(image.path("config")));
        assertThat(configuration.path("rootfs").path("diff_ids").get(1).asText())
                .isEqualTo(image.path("layers").get(1).path("digest").asText());
    }

    @Test
    void how_it_runs_is_added_to_what_the_base_says() throws IOException {
        Digest base = image("amd64", CONFIGURATION, LAYER);
        var run = new RunSettings(
                Map.of("LANG", "C.UTF-8", "A", "b=c"),
                Optional.of(List.of("java", "-jar")),
                Optional.empty(),
                Optional.of("/app"),
                Optional.of("1000"),
                Map.of("b", "2"),
                List.of("8080/tcp"));

        var _ = make(declared(base, List.of(), run));

        JsonNode image = manifest(registry().tag(APP, "1").orElseThrow());
        JsonNode configuration = JSON.readTree(blob(image.path("config")));
        assertThat(configuration.path("config")).isEqualTo(JSON.readTree("""
                {"Env":["PATH=/bin","LANG=C.UTF-8","A=b=c"],"Labels":{"a":"1","b":"2"},"Entrypoint":["java","-jar"],
                "WorkingDir":"/app","User":"1000","ExposedPorts":{"8080/tcp":{}}}"""));
        assertThat(configuration.path("author").asText()).isEqualTo("a stranger");
        assertThat(image.path("layers")).hasSize(1);
        assertThat(configuration.path("history")).hasSize(2);
        assertThat(configuration.path("history").get(1).path("empty_layer").asBoolean())
                .isTrue();
    }

    @Test
    void the_same_declaration_makes_the_same_image_and_no_version() {
        Digest base = index();
        List<DeclaredFile> files = List.of(file("/a", Bytes.random(100), 0644));
        long first = make(declared(base, files, NOTHING));
        Optional<Digest> made = registry().tag(APP, "1");
        clock.advance(Duration.ofDays(3));

        assertThat(make(declared(base, files, NOTHING))).isEqualTo(first);
        assertThat(registry().tag(APP, "1")).isEqualTo(made);
    }

    @Test
    void a_base_of_docker_s_types_gets_those_of_oci() throws IOException {
        Digest base = image(
                "amd64",
                "application/vnd.docker.container.image.v1+json",
                "application/vnd.docker.image.rootfs.diff.tar.gzip");

        var _ = make(declared(base, List.of(file("/a", Bytes.random(10), 0644)), NOTHING));

        JsonNode image = manifest(registry().tag(APP, "1").orElseThrow());
        assertThat(image.path("mediaType").asText()).isEqualTo(IMAGE);
        assertThat(image.path("config").path("mediaType").asText()).isEqualTo(CONFIGURATION);
        assertThat(image.path("layers"))
                .extracting(layer -> layer.path("mediaType").asText())
                .containsExactly(LAYER, "application/vnd.oci.image.layer.v1.tar");
    }

    private Digest image(Digest configuration) {
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[]}""".formatted(IMAGE, described(CONFIGURATION, configuration, 300));
        return registry().push(BASE, byTag("x"), manifest.getBytes(UTF_8)).digest();
    }

    /** Go's zero time is what many tools write for no time. */
    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"})
    void a_time_that_no_tar_can_say_is_the_nearest_that_one_can(String made) throws IOException {
        Digest base = image(configuration("amd64", made));

        var _ = make(declared(base, List.of(file("/a", Bytes.random(10), 0644)), NOTHING));

        JsonNode image = manifest(registry().tag(APP, "1").orElseThrow());
        String modified = made.startsWith("0") ? "00000000000\0" : "77777777777\0";
        String header = new String(blob(image.path("layers").get(0)), 0, 512, UTF_8);
        assertThat(header.substring(136, 148)).isEqualTo(modified);
        assertThat(header.charAt(156)).isEqualTo('0');
        assertThat(header.substring(157, 257)).isEqualTo("\0".repeat(100));
        assertThat(JSON.readTree(blob(image.path("config"))).path("created").asText())
                .isEqualTo(made);
    }

    @Test
    void a_configuration_that_takes_more_to_read_than_it_may_is_refused() {
        String deep = "{\"rootfs\":{\"diff_ids\":[]},\"x\":" + "[".repeat(100) + "]".repeat(100) + "}";

        refused(
                declared(image(registry().pushBlob(BASE, deep.getBytes(UTF_8))), List.of(), NOTHING),
                "no image that runs");
    }

    @Test
    void a_base_on_demand_stays_on_demand() throws IOException {
        Digest layer = Digest.of(Digest.SHA256, Bytes.random(100));
        byte[] body = """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}""".formatted(
                        IMAGE, described(CONFIGURATION, configuration("amd64"), 300), described(LAYER, layer, 100))
                .getBytes(UTF_8);
        Digest base = Digest.of(Digest.SHA256, body);
        var origin = new BlobOrigin(new RemoteId(new UUID(1, 2)), "library/java");
        registry()
                .manifests
                .list(
                        registry().repositories.getOrCreate(BASE),
                        base,
                        Manifest.parse(body, Optional.empty()),
                        body,
                        Set.of(),
                        origin);

        var _ = make(declared(base, List.of(file("/a", Bytes.random(10), 0644)), NOTHING));

        BlobEntry linked = registry().view(APP).blobInVersion(layer).orElseThrow();
        assertThat(linked.isHeld()).isFalse();
        assertThat(linked.origin()).contains(origin);
    }

    @Test
    void cleanup_takes_nothing_of_an_image_that_was_made() throws IOException {
        Digest base = image("amd64", CONFIGURATION, LAYER);
        var _ = make(declared(base, List.of(file("/a", Bytes.random(10), 0644)), NOTHING));
        Digest made = registry().tag(APP, "1").orElseThrow();
        clock.advance(Duration.ofDays(10));

        registry().cleanup.cleanUp(Duration.ofHours(1), deleted -> {});

        assertThat(registry().hasManifest(APP, byDigest(made))).isTrue();
    }

    @Test
    void what_cannot_be_made_is_said_and_changes_nothing() {
        Digest base = index();
        long before = registry().repositories.get(app()).version();
        var foreign = new DeclaredFile("/a", registry().pushBlob(BASE, Bytes.random(100)), 0644);

        refused(declared(base, List.of(foreign), NOTHING), "has no blob " + foreign.digest());
        refused(
                declared(base, Optional.of(Set.of("linux/s390x")), List.of(), NOTHING),
                "no image for linux/s390x; it has linux/amd64, linux/arm64/v8");
        refused(
                declared(image("amd64", "application/vnd.cncf.helm.config.v1+json", LAYER), List.of(), NOTHING),
                "helm");
        DeclaredFile file = file("/a/b", Bytes.random(3), 0644);
        refused(declared(base, List.of(file, file), NOTHING), "'/a/b' is declared twice");
        refused(declared(base, List.of(file, file("/a", Bytes.random(3), 0644)), NOTHING), "'/a/b' is below it");
        assertThat(registry().repositories.get(app()).version()).isEqualTo(before);
    }

    private void refused(Declaration declared, String sentence) {
        assertThatThrownBy(() -> make(declared))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/",
                "/a/",
                "//a",
                "/a//b",
                "/a/../b",
                "/..",
                "/./a",
                "/a/.",
                "/.wh.a",
                "/a/.wh..wh..opq",
                "/a\nb"
            })
    void a_path_that_is_none_of_a_file_is_refused(String path) {
        assertThatThrownBy(() -> new DeclaredFile(path, Digest.of(Digest.SHA256, new byte[0]), 0644))
                .isInstanceOf(FieldInvalid.class);
    }
}
