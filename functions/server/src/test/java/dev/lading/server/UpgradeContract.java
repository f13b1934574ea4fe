package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.oci.Digest;
import dev.lading.testing.FaultyUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * An upgrade: a data folder of an earlier release is served as before, to the same callers, and can be written to,
 * without a manual step.
 *
 * <p>{@code src/e2e/write_fixture.py} made the fixture from that release's jar, over its public API: before a release,
 * run it with the new jar and a new name, and add subclasses for that name. A fixture is never written again.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class UpgradeContract {
    /** Order after all tests that compare the fixture's content. */
    static final int CHANGES = Integer.MAX_VALUE;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NEW_IMAGE = "what the upstream has now";

    /**
     * Properties with the server's address, those that vary with each start, secrets that are not shown any more, and
     * the namespace of a distribution, which was not told.
     */
    private static final Set<String> NOT_COMPARED =
            Set.of("registry_path", "url", "headers", "hidden_fields", "namespace");

    private final String release;
    JsonNode answers;
    RegistryClient admin;

    UpgradeContract(String release) {
        this.release = release;
    }

    @BeforeEach
    void readAnswers() throws IOException {
        try (var in = UpgradeContract.class.getResourceAsStream("/upgrade/" + release + "/answers.json")) {
            answers = JSON.readTree(in);
        }
        admin = RegistryClient.basic("admin", answers.path("password").asText());
    }

    static void serveNewImage(FaultyUpstream upstream) {
        byte[] config = "{\"of\":\"now\"}".getBytes(UTF_8);
        byte[] layer = NEW_IMAGE.getBytes(UTF_8);
        upstream.blob(config);
        upstream.blob(layer);
        upstream.manifest(
                RegistryClient.manifest(config, List.of(layer), Optional.empty())
                        .getBytes(UTF_8),
                "now");
    }

    void pulls(RegistryClient client, JsonNode expected) {
        String path = expected.path("path").asText();
        var answer = client.get(path);
        assertThat(answer.status()).as(path).isEqualTo(200);
        assertThat(Digest.of(Digest.SHA256, answer.body()).toString())
                .as(path)
                .isEqualTo(expected.path("sha256").asText());
        if (expected.has("type")) {
            assertThat(answer.header("Content-Type"))
                    .as(path)
                    .isEqualTo(expected.path("type").asText());
            assertThat(answer.header("Docker-Content-Digest"))
                    .as(path)
                    .isEqualTo(expected.path("digest").asText(""));
        }
    }

    @Test
    void everything_that_was_pulled_is_pulled_by_anybody_byte_for_byte() {
        assertThat(answers.path("pulled")).hasSizeGreaterThan(20);
        answers.path("pulled").forEach(expected -> pulls(RegistryClient.anonymous(), expected));
    }

    @Test
    void what_was_closed_is_closed_but_to_the_administrator() {
        assertThat(answers.path("closed")).hasSizeGreaterThan(3);
        for (JsonNode expected : answers.path("closed")) {
            String path = expected.path("path").asText();
            for (RegistryClient stranger :
                    List.of(RegistryClient.anonymous(), RegistryClient.basic("admin", "other"))) {
                assertThat(stranger.get(path).status()).as(path).isIn(401, 403, 404);
                assertThat(stranger.head(path).status()).as(path).isIn(401, 403, 404);
            }
            pulls(admin, expected);
        }
        answers.path("shown")
                .fieldNames()
                .forEachRemaining(
                        href -> assertThat(RegistryClient.anonymous().get(href).status())
                                .as(href)
                                .isIn(401, 403));
    }

    @Test
    void everything_is_administrated_as_it_was_left() {
        answers.path("shown").properties().forEach(shown -> {
            var answer = admin.get(shown.getKey());
            assertThat(answer.status()).as(shown.getKey()).isEqualTo(200);
            assertSame(shown.getKey(), shown.getValue(), answer.json());
        });
        assertThat(admin.get(PulpClient.REPOSITORIES).json().findValuesAsText("name"))
                .contains("team/app", "team/short", "private/app", "mirror/app", "scheduled", "failing");
        assertThat(admin.get(PulpClient.DISTRIBUTIONS).json().findValuesAsText("name"))
                .contains("team/app", "pinned", "private/app", "mirror/app");
        assertThat(admin.get(PulpClient.API + "remotes/container/container/")
                        .json()
                        .findValuesAsText("name"))
                .contains("mirror", "wrong");
    }

    /** Compares answers; new fields are allowed, missing ones are not. */
    private static void assertSame(String where, JsonNode before, JsonNode now) {
        if (!before.isContainerNode()) {
            assertThat(now).as(where).isEqualTo(before);
            return;
        }
        if (before.isArray()) {
            assertThat(now).as(where).hasSize(before.size());
            for (int i = 0; i < before.size(); i++) {
                assertSame(where + "/" + i, before.get(i), now.get(i));
            }
            return;
        }
        before.properties().stream()
                .filter(field -> !NOT_COMPARED.contains(field.getKey()))
                .forEach(field -> assertSame(where + " " + field.getKey(), field.getValue(), now.path(field.getKey())));
    }

    @Test
    void a_refresh_token_that_was_kept_is_good_until_it_expires() throws Exception {
        var answer = RegistryClient.anonymous()
                .send(
                        "POST",
                        "/token/",
                        ("grant_type=refresh_token&service=lading&scope=repository:private/app:pull&refresh_token="
                                        + refreshToken())
                                .getBytes(UTF_8),
                        "Content-Type",
                        "application/x-www-form-urlencoded");

        assertThat(answer.status()).isEqualTo(200);
        RegistryClient bearer =
                RegistryClient.bearer(answer.json().path("access_token").asText());
        assertThat(bearer.get("/v2/private/app/manifests/v1").status()).isEqualTo(200);
    }

    /**
     * A refresh token of the earlier server, signed with its key and with dates of today, since a fixture outlives
     * tokens.
     */
    private String refreshToken() throws GeneralSecurityException, IOException {
        String[] parts = answers.path("refresh_token").asText().split("\\.", 3);
        var claims = (ObjectNode) JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        claims.put("iat", Instant.now().getEpochSecond());
        claims.put("exp", Instant.now().plus(Duration.ofHours(1)).getEpochSecond());
        var base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = parts[0] + "." + base64.encodeToString(JSON.writeValueAsBytes(claims));
        var key = Path.of(ConfigProvider.getConfig().getValue("lading.data", String.class))
                .resolve("secrets/token-key");
        byte[] pkcs8 = Base64.getDecoder().decode(Files.readString(key).split(" ", 2)[0]);
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        signature.update(signed.getBytes(UTF_8));
        return signed + "." + base64.encodeToString(signature.sign());
    }

    @Test
    @Order(CHANGES)
    void an_upload_that_was_left_open_is_ended() {
        JsonNode upload = answers.path("upload");
        String digest = upload.path("digest").asText();

        var answer = admin.send(
                "PUT",
                upload.path("location").asText() + "&digest=" + digest,
                upload.path("rest").asText().getBytes(UTF_8));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(admin.get("/v2/team/app/blobs/" + digest).body())
                .isEqualTo("the first half, and the second".getBytes(UTF_8));
    }

    @Test
    @Order(CHANGES)
    void a_version_comes_after_those_there_are() {
        String manifest = admin.pushImage("team/app", "new", "new layer");

        assertThat(RegistryClient.anonymous().get("/v2/team/app/manifests/new").body())
                .isEqualTo(manifest.getBytes(UTF_8));
        assertThat(RegistryClient.anonymous()
                        .get("/v2/team/pinned/manifests/new")
                        .status())
                .isEqualTo(404);
    }

    @Test
    @Order(CHANGES)
    void a_mirror_is_synced_on_from_an_upstream_that_has_moved() {
        try (FaultyUpstream upstream = FaultyUpstream.start()) {
            serveNewImage(upstream);
            upstream.demandPassword("other", "secret");
            change("{\"url\":\"" + upstream.url() + "\",\"username\":\"other\",\"password\":\"secret\","
                    + "\"headers\":[{\"X-New\":\"yes\"}]}");

            syncs();

            assertThat(upstream.asked()).allMatch(asked -> asked.header("x-new").equals(Optional.of("yes")));
        }
    }

    private void change(String fields) {
        var changed = admin.send(
                "PATCH",
                answers.path("remote").path("href").asText(),
                fields.getBytes(UTF_8),
                "Content-Type",
                "application/json");
        assertThat(changed.status()).as(new String(changed.body(), UTF_8)).isEqualTo(202);
    }

    /** Syncs; earlier content must stay. */
    final void syncs() {
        JsonNode task = TaskEnd.await(
                admin,
                admin.send(
                        "POST",
                        answers.path("remote").path("repository").asText() + "sync/",
                        "{}".getBytes(UTF_8),
                        "Content-Type",
                        "application/json"));

        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("completed");
        RegistryClient anonymous = RegistryClient.anonymous();
        assertThat(anonymous
                        .get("/v2/mirror/app/blobs/" + RegistryClient.digest(NEW_IMAGE))
                        .body())
                .isEqualTo(NEW_IMAGE.getBytes(UTF_8));
        for (String tag : List.of("v1", "now")) {
            assertThat(anonymous.get("/v2/mirror/app/manifests/" + tag).status())
                    .as(tag)
                    .isEqualTo(200);
        }
    }
}
