package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that clients send although the specification does not name them, or only in passing. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class CommonUseTest {
    private static final byte[] NOTHING = {};

    private final RegistryClient admin = RegistryClient.administrator();

    /** HAProxy's default check has none. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "/v2/,                 HTTP/1.0, '',                       401",
        "/q/health/ready,      HTTP/1.0, '',                       200",
        "/v2/none/manifests/1, HTTP/1.0, '',                       401",
        "/pulp/api/v3/status/, HTTP/1.0, '',                       401",
        "/v2/,                 HTTP/1.0, 'Host:|',                 401",
        "/v2/,                 HTTP/1.1, 'Host:|Connection: close|', 401",
        "/v2/,                 HTTP/1.1, 'Connection: close|',     400",
    })
    void a_host_that_is_left_out_is_no_failure(String path, String version, String headers, int status) {
        String answer =
                RawRequests.send("GET " + path + " " + version + "\r\n" + headers.replace("|", "\r\n") + "\r\n");

        assertThat(RawRequests.status(answer)).isEqualTo(status);
        if (status == 401 && path.startsWith("/v2/")) {
            assertThat(answer).containsIgnoringCase("WWW-Authenticate: Bearer realm=");
        }
    }

    @ParameterizedTest(name = "{0} {1} answers {2}")
    @CsvSource({
        "GET,    /v2,                        200",
        "GET,    /v2/_catalog/,              200",
        "GET,    /v2/NAME/tags/list/,        200",
        "GET,    /v2/NAME/tags/list/?n=1,    200",
        "GET,    /v2/NAME/tags/list//,       200",
        "HEAD,   /v2/NAME/manifests/v1/,     200",
        "GET,    /v2/NAME/manifests/DIGEST/, 200",
        "GET,    /v2/NAME/blobs/LAYER/,      200",
        "HEAD,   /v2/NAME/blobs/LAYER/,      200",
        "GET,    /v2/NAME/referrers/DIGEST/, 200",
        "POST,   /v2/NAME/blobs/uploads/,    202",
        "POST,   /v2/NAME/blobs/uploads,     202",
        "DELETE, /v2/NAME/blobs/LAYER/,      409",
        "DELETE, /v2/NAME/manifests/none/,   404",
        "PUT,    /v2/NAME/manifests/v1/,     400",
        "GET,    /v2/NAME/manifests/,        404",
    })
    void a_slash_at_the_end_is_left_out(String method, String path, int status) {
        for (String name : List.of("slashes", "slashes/app", "slashes/a/b")) {
            String manifest = admin.pushImage(name, "v1", "slashes");
            String filled = path.replace("NAME", name)
                    .replace("DIGEST", RegistryClient.digest(manifest).toString())
                    .replace("LAYER", RegistryClient.digest("slashes").toString());

            assertThat(admin.send(method, filled, NOTHING).status()).as(filled).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"slashes", "slashes/app"})
    void an_uploads_location_may_end_with_a_slash(String name) {
        byte[] content = "slashed".getBytes(UTF_8);
        String location = admin.begin(name).replace("?", "/?");

        assertThat(admin.get(location).status()).isEqualTo(204);
        location = admin.send("PATCH", location, content).header("Location").replace("?", "/?");
        assertThat(admin.send("PUT", location + "&digest=" + RegistryClient.digest("slashed"), NOTHING)
                        .status())
                .isEqualTo(201);
        assertThat(admin.send("DELETE", admin.begin(name).replace("?", "/?"), NOTHING)
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest(name = "Content-Type {0} answers {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.oci.image.manifest.v1+json                | 201",
                "application/vnd.oci.image.manifest.v1+json; charset=utf-8 | 201",
                "APPLICATION/vnd.oci.image.Manifest.v1+JSON                | 201",
                "''                                                        | 201",
                "application/vnd.oci.image.index.v1+json                   | 400",
                "application/json                                          | 400",
            })
    void a_manifests_type_is_read_as_headers_are(String contentType, int status) {
        byte[] config = "{\"typed\":1}".getBytes(UTF_8);
        admin.pushBlob("typed", config);
        byte[] manifest =
                RegistryClient.manifest(config, List.of(), Optional.empty()).getBytes(UTF_8);

        assertThat(admin.send("PUT", "/v2/typed/manifests/v1", manifest, "Content-Type", contentType)
                        .status())
                .isEqualTo(status);
    }

    @Test
    void the_cache_of_buildkit_is_pushed_as_an_index_of_blobs() {
        byte[] config = "{\"cache\":1}".getBytes(UTF_8);
        byte[] layer = "cached".getBytes(UTF_8);
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + RegistryClient.INDEX + "\",\"manifests\":["
                + RegistryClient.descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer) + ","
                + RegistryClient.descriptor("application/vnd.buildkit.cacheconfig.v0", config) + "]}";
        String path = "/v2/cache/manifests/latest";
        admin.pushBlob("cache", config);

        assertThat(admin.send("PUT", path, index.getBytes(UTF_8)).status()).isEqualTo(400);
        admin.pushBlob("cache", layer);
        assertThat(admin.send("PUT", path, index.getBytes(UTF_8)).status()).isEqualTo(201);

        assertThat(admin.get(path).body()).asString(UTF_8).isEqualTo(index);
        String blob = "/v2/cache/blobs/" + RegistryClient.digest("cached");
        assertThat(admin.send("DELETE", blob, NOTHING).status()).isEqualTo(409);
        assertThat(admin.get(blob).status()).isEqualTo(200);
    }

    @Test
    void the_empty_layer_is_in_every_repository_that_may_be_pulled() {
        byte[] config = "{\"empty\":1}".getBytes(UTF_8);
        admin.pushBlob("empty/layer", config);
        String path = "/v2/empty/layer/blobs/" + EmptyLayer.DIGEST;
        RegistryClient anybody = RegistryClient.anonymous();

        var pulled = anybody.get(path);

        assertThat(EmptyLayer.DIGEST)
                .hasToString("sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4");
        assertThat(pulled.status()).isEqualTo(200);
        assertThat(HexFormat.of().formatHex(pulled.body()))
                .isEqualTo("1f8b080000096e8800ff621805a360148c5800080000ffff2eafb5ef00040000");
        assertThat(Digest.of(Digest.SHA256, pulled.body())).isEqualTo(EmptyLayer.DIGEST);
        assertThat(pulled.header("Docker-Content-Digest")).isEqualTo(EmptyLayer.DIGEST.toString());
        assertThat(anybody.head(path).header("Content-Length")).isEqualTo("32");
        assertThat(anybody.get(path, "Range", "bytes=2-3").body()).containsExactly(8, 0);
        assertThat(anybody.head(path, "If-None-Match", "*").status()).isEqualTo(304);
        String elsewhere = path.replace("layer", "none");
        assertThat(admin.get(elsewhere).status()).isEqualTo(404);
        assertThat(anybody.head(elsewhere).status()).isEqualTo(401);
    }

    @Test
    void the_empty_layer_is_named_and_mounted_unpushed() {
        byte[] config = "{\"empty\":2}".getBytes(UTF_8);
        admin.pushBlob("empty/image", config);
        String manifest = RegistryClient.manifest(config, List.of(EmptyLayer.bytes()), Optional.empty());

        assertThat(admin.pushManifest("empty/image", "v1", manifest).status()).isEqualTo(201);
        assertThat(admin.send("POST", "/v2/empty/other/blobs/uploads/?mount=" + EmptyLayer.DIGEST, NOTHING)
                        .status())
                .isEqualTo(201);
        assertThat(admin.get("/v2/empty/other/blobs/" + EmptyLayer.DIGEST).status())
                .isEqualTo(200);
    }
}
