package dev.lading.content;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static dev.lading.testing.Registry.chunk;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.blob.BlobKey;
import dev.lading.history.Pull;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteSecrets;
import dev.lading.remote.RemoteService;
import dev.lading.secret.StoredKeySeal;
import dev.lading.testing.EarlierTable;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table and a bucket that a server of an earlier release wrote are served as before, and can be written to. The
 * server's module has such tests over HTTP, of data folders, and {@code write_fixture.py}, which made both.
 */
class TableUpgradeTest {
    private static final String RELEASE = "0.1.0-before-hardening";
    private static final RepositoryName APP = new RepositoryName("team/app");

    @TempDir
    private Path spool;

    private EarlierTable earlier;
    private MetadataStore store;
    private Registry registry;
    private JsonNode answers;

    @BeforeEach
    void load() throws IOException {
        earlier = EarlierTable.load("/upgrade/" + RELEASE + "/");
        store = earlier.metadata();
        registry = new Registry(store, earlier.blobs(spool), InstantSource.system());
        answers = new ObjectMapper().readTree(earlier.answers());
    }

    @Test
    void everything_is_found_byte_for_byte_and_what_was_private_still_is() throws IOException {
        assertThat(answers.path("pulled")).hasSizeGreaterThan(20);
        for (JsonNode expected : answers.path("pulled")) {
            assertServed(expected, false);
        }
        for (JsonNode expected : answers.path("closed")) {
            assertServed(expected, true);
        }
    }

    private void assertServed(JsonNode expected, boolean isPrivate) throws IOException {
        String path = expected.path("path").asText().substring("/v2/".length());
        int kind = Math.max(path.lastIndexOf("/manifests/"), path.lastIndexOf("/blobs/"));
        if (kind < 0) {
            return; // a list, of which the API makes the bytes
        }
        Pull pull = registry.pull(new RepositoryName(path.substring(0, kind)));
        String last = path.substring(path.lastIndexOf('/') + 1);
        byte[] body = path.contains("/blobs/") ? blob(pull, Digest.parse(last)) : manifest(pull, last);

        assertThat(Digest.of(Digest.SHA256, body).toString())
                .as(path)
                .isEqualTo(expected.path("sha256").asText());
        assertThat(pull.isRestricted()).as(path).isEqualTo(isPrivate);
    }

    private byte[] manifest(Pull pull, String reference) throws IOException {
        Reference sought = reference.contains(":") ? byDigest(Digest.parse(reference)) : byTag(reference);
        return registry.manifests.body(registry.manifests.get(pull, sought));
    }

    private byte[] blob(Pull pull, Digest digest) throws IOException {
        var found = registry.blobs.get(pull, digest);
        try (InputStream bytes = registry.blobs.read(found.key().orElseThrow(), 0, found.sizeBytes())) {
            return bytes.readAllBytes();
        }
    }

    @Test
    void pushes_go_on_after_the_last_version() throws IOException {
        long before = registry.versions(APP).getLast();

        var pushed = registry.push(
                APP, byTag("new"), Images.image(List.of(registry.pushBlob(APP, "new".getBytes(UTF_8))), "new"));

        assertThat(pushed.version()).isEqualTo(before + 1);
        assertThat(registry.tags(APP)).contains("v1", "v2", "latest", "multi", "arm64", "new");
        assertThat(registry.view(new RepositoryName("team/pinned")).tag(new Tag("new")))
                .isEmpty();
    }

    @Test
    void an_upload_that_was_left_open_is_ended() throws IOException {
        JsonNode upload = answers.path("upload");
        Digest digest = Digest.parse(upload.path("digest").asText());
        String key = upload.path("location").asText().replaceAll(".*/([0-9a-f]+)\\?.*", "$1");

        registry.uploads.finish(
                APP, new BlobKey(key), chunk(upload.path("rest").asText().getBytes(UTF_8)), digest);

        assertThat(blob(registry.pull(APP), digest)).isEqualTo("the first half, and the second".getBytes(UTF_8));
    }

    @Test
    void what_a_remote_logs_in_with_is_opened_with_the_key_of_then() {
        JsonNode expected = answers.path("remote");
        var remotes = new RemoteService(store, new StoredKeySeal(earlier.secrets()), InstantSource.system());
        Remote remote = remotes.list(Optional.empty(), 10).records().stream()
                .filter(each ->
                        expected.path("href").asText().contains(each.id().toString()))
                .findFirst()
                .orElseThrow();

        RemoteSecrets secrets = remotes.secrets(remote);

        assertThat(remote.settings().url().text())
                .isEqualTo(expected.path("url").asText());
        assertThat(secrets.username()).contains("admin");
        assertThat(secrets.password()).contains("upstream-password");
        assertThat(remote.settings().connection().headers()).containsExactly(Map.of("X-Of-Remote", "kept"));
    }
}
