package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Error answers. Source: distribution-spec v1.1, "Error Codes" and the table of endpoints. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ErrorsTest {
    private static final String ABSENT = "sha256:" + "0".repeat(64);

    private final RegistryClient admin = RegistryClient.administrator();

    @ParameterizedTest(name = "{0} {1} answers {2} {3}")
    @CsvSource({
        "GET,    /v2/errors/blobs/sha256:00,                400, DIGEST_INVALID",
        "GET,    /v2/errors/blobs/md5:00,                   400, DIGEST_INVALID",
        "GET,    /v2/errors/blobs/ABSENT,                   404, BLOB_UNKNOWN",
        "DELETE, /v2/errors/blobs/ABSENT,                   404, BLOB_UNKNOWN",
        "GET,    /v2/errors/manifests/missing,              404, MANIFEST_UNKNOWN",
        "GET,    /v2/errors/manifests/ABSENT,               404, MANIFEST_UNKNOWN",
        "GET,    /v2/errors/manifests/sha256:baddigest,     400, DIGEST_INVALID",
        "GET,    /v2/errors/manifests/.hidden,              400, MANIFEST_INVALID",
        "DELETE, /v2/errors/manifests/missing,              404, MANIFEST_UNKNOWN",
        "DELETE, /v2/errors/manifests/ABSENT,               404, MANIFEST_UNKNOWN",
        "PUT,    /v2/errors/manifests/sha256:baddigest,     400, DIGEST_INVALID",
        "PUT,    /v2/errors/manifests/empty,                400, MANIFEST_INVALID",
        "GET,    /v2/no/such/repository/tags/list,          404, NAME_UNKNOWN",
        "GET,    /v2/Upper/tags/list,                       400, NAME_INVALID",
        "GET,    /v2/a/-b/tags/list,                        400, NAME_INVALID",
        "GET,    /v2/a%00b/tags/list,                       400, UNSUPPORTED",
        "POST,   /v2/Upper/blobs/uploads/,                  400, NAME_INVALID",
        "POST,   /v2/errors/blobs/uploads/?digest=nonsense, 400, DIGEST_INVALID",
        "POST,   /v2/errors/blobs/uploads/?mount=nonsense,  400, DIGEST_INVALID",
        "GET,    /v2/errors/tags/list?n=many,               400, UNSUPPORTED",
        "GET,    /v2/_catalog?n=-1,                         400, UNSUPPORTED",
        "GET,    /v2/errors/referrers/latest,               400, DIGEST_INVALID",
        "PATCH,  /v2/errors/blobs/uploads/unknown,          404, BLOB_UPLOAD_UNKNOWN",
        "PUT,    /v2/errors/blobs/uploads/unknown?_state=x, 404, BLOB_UPLOAD_UNKNOWN",
        "DELETE, /v2/errors/blobs/uploads/unknown,          404, BLOB_UPLOAD_UNKNOWN",
        "GET,    /v2/errors/unheard/of,                     404, UNSUPPORTED",
        "POST,   /v2/_catalog,                              405, UNSUPPORTED",
    })
    void an_error_has_its_code_and_a_sentence(String method, String path, int status, String code) {
        var answer = admin.send(method, path.replace("ABSENT", ABSENT), new byte[0]);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.errorCode()).isEqualTo(code);
        assertThat(answer.json().at("/errors/0/message").asText()).contains(" ").doesNotContain("Exception");
        assertThat(answer.header("Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "not JSON             | {\"schemaVersion\":2,",
                "two documents        | {} {}",
                "a list               | []",
                "a text               | \"manifest\"",
                "schema 1             | {\"schemaVersion\":1}",
                "no config            | {\"schemaVersion\":2,\"layers\":[]}",
                "config without size  | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\"},\"layers\":[]}",
                "a negative size      | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":-1},\"layers\":[]}",
                "an endless size      | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":1e99},\"layers\":[]}",
                "layers of text       | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":1},\"layers\":[\"x\"]}",
                "another mediaType    | {\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}",
                "image and index      | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":1},\"layers\":[],\"manifests\":[]}",
                "a key given twice    | {\"schemaVersion\":2,\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
                "Layers, too          | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":1},\"layers\":[],\"Layers\":[]}",
                "only Config          | {\"schemaVersion\":2,\"Config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":1},\"layers\":[]}",
                "a long s             | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":1},\"layers\":[],\"layer\u017f\":[]}",
                "Digest, too          | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":1,\"Digest\":\"x\"},\"layers\":[]}",
                "numbers as notes     | {\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"DIGEST\",\"size\":1},\"layers\":[],\"annotations\":{\"a\":1}}",
            })
    void a_document_that_is_no_manifest_is_refused(String what, String document) {
        var answer = admin.pushManifest("errors", "bad", document.replace("DIGEST", ABSENT));

        assertThat(answer.status()).as(what).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("MANIFEST_INVALID");
    }

    @Test
    void a_manifest_that_nests_too_deep_is_refused() {
        var answer = admin.pushManifest("errors", "deep", "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("MANIFEST_INVALID");
    }

    @Test
    void a_manifest_of_a_million_empty_objects_is_refused() {
        var answer = admin.pushManifest("errors", "empty", "{\"a\":[" + "{},".repeat(1_300_000) + "{}]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("MANIFEST_INVALID");
    }

    @Test
    void a_manifest_over_4_MiB_is_refused_and_one_of_4_MiB_is_not() {
        byte[] config = "{\"large\":1}".getBytes(StandardCharsets.UTF_8);
        admin.pushBlob("errors", config);
        String start = RegistryClient.manifest(config, List.of(), Optional.of("\"annotations\":{\"a\":\""));
        String open = start.substring(0, start.length() - 1);
        String most = open + "x".repeat(4 * 1024 * 1024 - open.length() - 3) + "\"}}";

        assertThat(admin.pushManifest("errors", "most", most).status()).isEqualTo(201);
        assertThat(admin.get("/v2/errors/manifests/most").body())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(most);
        assertThat(admin.pushManifest("errors", "more", most + " ").status()).isEqualTo(413);
    }

    @Test
    void each_blob_a_manifest_names_in_vain_is_told() {
        String manifest = RegistryClient.manifest(
                "absent config".getBytes(StandardCharsets.UTF_8),
                List.of("absent layer".getBytes(StandardCharsets.UTF_8)),
                Optional.empty());

        var answer = admin.pushManifest("errors", "vain", manifest);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").findValuesAsText("code"))
                .containsExactly("MANIFEST_BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN");
        assertThat(answer.json().path("errors").findValuesAsText("digest"))
                .contains(RegistryClient.digest("absent layer").toString());
        assertThat(admin.get("/v2/errors/manifests/vain").status()).isEqualTo(404);
    }

    @Test
    void a_manifest_under_anothers_digest_is_refused() {
        byte[] config = "{\"digest\":1}".getBytes(StandardCharsets.UTF_8);
        admin.pushBlob("errors", config);

        var answer = admin.pushManifest("errors", ABSENT, RegistryClient.manifest(config, List.of(), Optional.empty()));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("DIGEST_INVALID");
    }
}
