package dev.lading.server;

import static dev.lading.testing.Together.together;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.oci.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Manifests over HTTP. Source: distribution-spec v1.1, "Pushing manifests", "Pulling manifests", "Content discovery",
 * "Content management".
 */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ManifestsTest {
    private static final byte[] NOTHING = {};

    private final RegistryClient admin = RegistryClient.administrator();

    @Test
    void a_manifest_comes_back_byte_for_byte_by_tag_and_by_digest() {
        String manifest = admin.pushImage("app", "v1", "bytes") + "\n  ";
        var pushed = admin.pushManifest("app", "v2", manifest);
        Digest digest = RegistryClient.digest(manifest);

        assertThat(pushed.header("Docker-Content-Digest")).isEqualTo(digest.toString());
        for (String reference : List.of("v2", digest.toString())) {
            var pulled = admin.get("/v2/app/manifests/" + reference);
            assertThat(pulled.body()).asString(UTF_8).isEqualTo(manifest);
            assertThat(pulled.header("Content-Type")).isEqualTo(RegistryClient.MANIFEST);
            var head = admin.head("/v2/app/manifests/" + reference);
            assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(manifest.length()));
            assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest.toString());
        }
    }

    /** An artifact manifest. Source: image-spec v1.1.0-rc2, artifact.md. */
    @Test
    void an_artifact_manifest_is_kept_with_its_blobs_and_refers_to_its_subject() {
        String type = "application/vnd.oci.artifact.manifest.v1+json";
        admin.pushImage("artifact", "v1", "subject");
        String subject = admin.get("/v2/artifact/manifests/v1").header("Docker-Content-Digest");
        String manifest = ("{\"mediaType\":\"%s\",\"artifactType\":\"application/vnd.cncf.notary.signature\","
                        + "\"blobs\":[{\"mediaType\":\"application/jose+json\",\"digest\":\"%s\",\"size\":9}],"
                        + "\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}}")
                .formatted(type, RegistryClient.digest("signature"), RegistryClient.MANIFEST, subject);
        byte[] body = manifest.getBytes(UTF_8);
        assertThat(admin.send("PUT", "/v2/artifact/manifests/sig", body, "Content-Type", type)
                        .errorCode())
                .isEqualTo("MANIFEST_BLOB_UNKNOWN");
        admin.pushBlob("artifact", "signature".getBytes(UTF_8));

        var pushed = admin.send("PUT", "/v2/artifact/manifests/sig", body, "Content-Type", type);

        assertThat(pushed.status()).isEqualTo(201);
        assertThat(admin.get("/v2/artifact/manifests/sig").header("Content-Type"))
                .isEqualTo(type);
        var referrer = admin.get("/v2/artifact/referrers/" + subject)
                .json()
                .path("manifests")
                .path(0);
        assertThat(referrer.path("mediaType").asText()).isEqualTo(type);
        assertThat(referrer.path("artifactType").asText()).isEqualTo("application/vnd.cncf.notary.signature");
    }

    @ParameterizedTest(name = "Accept {0} answers {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.oci.image.manifest.v1+json                                     | 200",
                "application/vnd.oci.image.manifest.v1+json;q=0.5                               | 200",
                "application/vnd.oci.image.manifest.v1+json; charset=utf-8; q=0.001             | 200",
                "APPLICATION/VND.OCI.IMAGE.MANIFEST.V1+JSON                                     | 200",
                "application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json | 200",
                "application/vnd.oci.image.index.v1+json, */*;q=0.1                             | 200",
                "application/*                                                                  | 200",
                "*/*                                                                            | 200",
                "application/vnd.oci.image.index.v1+json                                        | 404",
                "application/vnd.oci.image.manifest.v1+json;q=0                                 | 404",
                "application/vnd.oci.image.manifest.v1+json;q=0.0, */*                          | 404",
                "text/html                                                                      | 404",
            })
    void what_the_client_takes_decides(String accept, int status) {
        admin.pushImage("accepted", "v1", "accepted");

        assertThat(admin.get("/v2/accepted/manifests/v1", "Accept", accept).status())
                .isEqualTo(status);
    }

    @Test
    void each_change_makes_one_version_and_none_makes_none() {
        String manifest = admin.pushImage("versions", "v1", "versions");
        List<String> versions = new ArrayList<>();
        versions.add(admin.pushManifest("versions", "v1", manifest).header("Lading-Repository-Version"));
        versions.add(admin.pushManifest("versions", "v2", manifest).header("Lading-Repository-Version"));
        versions.add(admin.send("DELETE", "/v2/versions/manifests/v1", NOTHING).header("Lading-Repository-Version"));
        versions.add(admin.send("DELETE", "/v2/versions/manifests/" + RegistryClient.digest(manifest), NOTHING)
                .header("Lading-Repository-Version"));

        assertThat(versions).containsExactly("1", "2", "3", "4");
        assertThat(admin.get("/v2/versions/tags/list").json().path("tags")).isEmpty();
    }

    @Test
    void deleting_a_manifest_takes_its_tags_and_leaves_its_blobs_until_they_are_deleted() {
        String manifest = admin.pushImage("deleted", "v1", "deleted");
        Digest layer = RegistryClient.digest("deleted");
        assertThat(admin.send("DELETE", "/v2/deleted/blobs/" + layer, NOTHING).status())
                .isEqualTo(409);

        assertThat(admin.send("DELETE", "/v2/deleted/manifests/" + RegistryClient.digest(manifest), NOTHING)
                        .status())
                .isEqualTo(202);
        assertThat(admin.get("/v2/deleted/manifests/v1").status()).isEqualTo(404);
        assertThat(admin.head("/v2/deleted/blobs/" + layer).status()).isEqualTo(200);
        assertThat(admin.send("DELETE", "/v2/deleted/blobs/" + layer, NOTHING).status())
                .isEqualTo(202);
        assertThat(admin.head("/v2/deleted/blobs/" + layer).status()).isEqualTo(404);
    }

    @Test
    void a_push_beside_the_deletion_of_an_image_with_the_same_blobs_is_taken() {
        byte[] shared = "shared".getBytes(UTF_8);
        admin.pushBlob("beside", shared);
        for (int round = 0; round < 20; round++) {
            List<String> images = new ArrayList<>();
            for (int image = 0; image < 4; image++) {
                images.add(RegistryClient.manifest(
                        shared, List.of(shared), Optional.of("\"artifactType\":\"x/" + round + "-" + image + "\"")));
            }
            admin.pushManifest("beside", "a", images.get(0));
            admin.pushManifest("beside", "b", images.get(1));

            together(
                    4,
                    thread -> assertThat(
                                    thread < 2
                                            ? admin.send(
                                                            "DELETE",
                                                            "/v2/beside/manifests/"
                                                                    + RegistryClient.digest(images.get(thread)),
                                                            NOTHING)
                                                    .status()
                                            : admin.pushManifest("beside", "new" + thread, images.get(thread))
                                                    .status())
                            .isEqualTo(thread < 2 ? 202 : 201));
        }
    }

    @Test
    void an_index_is_deleted_before_its_manifests_or_a_script_is_run_again() {
        String child = admin.pushImage("multi", "child", "child");
        String index = admin.pushIndex("multi", "index", child);
        List<String> script = List.of(
                "/v2/multi/manifests/" + RegistryClient.digest(child),
                "/v2/multi/manifests/" + RegistryClient.digest(index));

        var refused = admin.send("DELETE", script.getFirst(), NOTHING);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.errorCode()).isEqualTo("DENIED");
        assertThat(refused.json().at("/errors/0/message").asText())
                .contains(RegistryClient.digest(index).toString())
                .contains("delete that index first");
        assertThat(admin.get("/v2/multi/manifests/child").status()).isEqualTo(200);

        assertThat(admin.send("DELETE", script.getLast(), NOTHING).status()).isEqualTo(202);
        assertThat(admin.get(script.getFirst()).status()).isEqualTo(200);
        assertThat(script.stream()
                        .map(each -> admin.send("DELETE", each, NOTHING).status()))
                .containsExactly(202, 404);
    }

    @Test
    void a_blob_is_readable_only_through_a_repository_that_has_it() {
        admin.pushImage("owner", "v1", "owned");

        assertThat(admin.get("/v2/accepted/blobs/" + RegistryClient.digest("owned"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void tags_are_listed_in_order_and_in_pages() {
        String manifest = admin.pushImage("paged", "b", "paged");
        List.of("a", "B", "a-1", "c", "a.1", "10", "9").forEach(tag -> admin.pushManifest("paged", tag, manifest));
        List<String> seen = new ArrayList<>();
        String next = "/v2/paged/tags/list?n=3";
        while (!next.isEmpty()) {
            var page = admin.get(next);
            assertThat(page.json().path("name").asText()).isEqualTo("paged");
            page.json().path("tags").forEach(tag -> seen.add(tag.asText()));
            next = page.header("Link").replaceFirst("^<(.*)>; rel=\"next\"$", "$1");
        }

        assertThat(seen).containsExactly("10", "9", "B", "a", "a-1", "a.1", "b", "c");
        assertThat(admin.get("/v2/paged/tags/list?n=0").json().path("tags")).isEmpty();
        assertThat(tags(admin.get("/v2/paged/tags/list?last=a.").json())).containsExactly("a.1", "b", "c");
    }

    @ParameterizedTest(name = "behind {0} come {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a:b        | b ba",
                "a!         | a-1 a.1 a1 b ba",
                "a/         | a1 b ba",
                "a-/        | a-1 a.1 a1 b ba",
                "-          | B a a-1 a.1 a1 b ba",
                ".hidden    | B a a-1 a.1 a1 b ba",
                "%00        | B a a-1 a.1 a1 b ba",
                "%20a       | B a a-1 a.1 a1 b ba",
                "sha256:00  | ",
                "a%C3%A4    | b ba",
                "%F0%9F%90%B3 | ",
                "~          | ",
                "LONG       | b ba",
                "''         | B a a-1 a.1 a1 b ba",
            })
    void any_text_has_a_place_among_tags(String last, String tags) {
        String manifest = admin.pushImage("placed", "b", "placed");
        List.of("a", "B", "a-1", "ba", "a.1", "a1").forEach(tag -> admin.pushManifest("placed", tag, manifest));

        var listed = admin.get("/v2/placed/tags/list?last=" + last.replace("LONG", "a1" + "z".repeat(3000)));

        assertThat(listed.status()).isEqualTo(200);
        assertThat(String.join(" ", tags(listed.json()))).isEqualTo(tags == null ? "" : tags);
    }

    @ParameterizedTest(name = "behind {0} come {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "places/          | places/a places/b",
                "places/a/        | places/b",
                "places/A         | places/a places/b",
                "Places           | places/a places/b",
                "/                | places/a places/b",
                "-                | places/a places/b",
                "%00              | places/a places/b",
                "places/a:tag     | places/b",
                "places/%C3%A4    | ",
                "~                | ",
            })
    void any_text_has_a_place_among_names(String last, String names) {
        List.of("places/a", "places/b").forEach(name -> admin.pushBlob(name, name.getBytes(UTF_8)));

        var listed = admin.get("/v2/_catalog?last=" + last);

        assertThat(listed.status()).isEqualTo(200);
        List<String> found = new ArrayList<>();
        listed.json().path("repositories").forEach(name -> found.add(name.asText()));
        found.removeIf(name -> !name.startsWith("places/"));
        assertThat(String.join(" ", found)).isEqualTo(names == null ? "" : names);
    }

    @Test
    void any_text_has_a_place_among_referrers() {
        byte[] config = "{\"referred\":1}".getBytes(UTF_8);
        admin.pushBlob("referred", config);
        String subject = "\"subject\":" + RegistryClient.descriptor(RegistryClient.MANIFEST, "subject".getBytes(UTF_8));
        String referrer = RegistryClient.manifest(config, List.of(), Optional.of(subject));
        String digest = RegistryClient.digest(referrer).toString();
        admin.pushManifest("referred", digest, referrer);
        String list = "/v2/referred/referrers/" + RegistryClient.digest("subject") + "?last=";

        for (String before : List.of("", "nonsense", "sha256:", "%00", "-", "sha256:00")) {
            var listed = admin.get(list + before);
            assertThat(listed.status()).isEqualTo(200);
            assertThat(listed.json().path("manifests")).as(before).hasSize(1);
        }
        for (String behind : List.of(digest, "sha256:g", "tag", "~", "%C3%A4")) {
            assertThat(admin.get(list + behind).json().path("manifests"))
                    .as(behind)
                    .isEmpty();
        }
    }

    @ParameterizedTest(name = "If-None-Match {0} answers {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"D\"                 | 304",
                "W/\"D\"               | 304",
                "\"other\", W/\"D\"    | 304",
                "\"a,b\",\"D\"         | 304",
                "*                     | 304",
                "D                     | 304",
                "\"other\"             | 200",
                "\"\"                  | 200",
                "\"D                   | 304",
                "\"*\"                 | 200",
                "\"x,D,y\"             | 200",
                "sha256:00             | 200",
            })
    void who_has_it_is_told_so(String known, int status) {
        String manifest = admin.pushImage("known", "v1", "known");
        for (String path : List.of(
                "/v2/known/manifests/v1",
                "/v2/known/manifests/" + RegistryClient.digest(manifest),
                "/v2/known/blobs/" + RegistryClient.digest("known"))) {
            String digest = path.contains("blobs")
                    ? RegistryClient.digest("known").toString()
                    : RegistryClient.digest(manifest).toString();
            for (String method : List.of("GET", "HEAD")) {
                var answer = admin.send(method, path, NOTHING, "If-None-Match", known.replace("D", digest));

                assertThat(answer.status()).as(method + path).isEqualTo(status);
                assertThat(answer.header("Docker-Content-Digest")).isEqualTo(digest);
                assertThat(answer.header("ETag")).isEqualTo('"' + digest + '"');
                if (status == 304) {
                    assertThat(answer.body()).isEmpty();
                }
            }
        }
    }

    @Test
    void what_the_client_has_goes_before_the_range_it_asks_for() {
        Digest digest = admin.pushBlob("known", "0123456789".getBytes(UTF_8));

        var answer =
                admin.get("/v2/known/blobs/" + digest, "If-None-Match", "\"" + digest + "\"", "Range", "bytes=20-");

        assertThat(answer.status()).isEqualTo(304);
        assertThat(admin.get("/v2/known/manifests/none", "If-None-Match", "*").status())
                .isEqualTo(404);
    }

    private static List<String> tags(JsonNode list) {
        List<String> tags = new ArrayList<>();
        list.path("tags").forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    @Test
    void repositories_are_listed_in_pages() {
        List.of("catalog/a", "catalog/b", "catalog/c").forEach(name -> admin.pushBlob(name, name.getBytes(UTF_8)));

        var page = admin.get("/v2/_catalog?n=2&last=catalog");

        assertThat(page.json().path("repositories")).hasSize(2);
        assertThat(page.header("Link")).contains("last=catalog%2Fb").contains("rel=\"next\"");
        assertThat(admin.get("/v2/_catalog?n=0").json().path("repositories")).isEmpty();
    }

    @Test
    void referrers_are_found_by_subject_and_by_type_before_and_after_it_is_pushed() {
        byte[] config = "{}".getBytes(UTF_8);
        admin.pushBlob("signed", config);
        String image = RegistryClient.manifest(config, List.of(), Optional.empty());
        String subject = "\"subject\":" + RegistryClient.descriptor(RegistryClient.MANIFEST, image.getBytes(UTF_8));
        String signature = RegistryClient.manifest(
                config,
                List.of(),
                Optional.of("\"artifactType\":\"application/x.signature\",\"annotations\":{\"by\":\"me\"}," + subject));
        String listing = "/v2/signed/referrers/" + RegistryClient.digest(image);
        assertThat(admin.get(listing).json().path("manifests")).isEmpty();

        var pushed =
                admin.pushManifest("signed", RegistryClient.digest(signature).toString(), signature);

        assertThat(pushed.header("OCI-Subject"))
                .isEqualTo(RegistryClient.digest(image).toString());
        assertThat(admin.pushManifest("signed", "v1", image).status()).isEqualTo(201);
        var found = admin.get(listing);
        assertThat(found.header("Content-Type")).isEqualTo(RegistryClient.INDEX);
        JsonNode descriptor = found.json().at("/manifests/0");
        assertThat(descriptor.path("digest").asText())
                .isEqualTo(RegistryClient.digest(signature).toString());
        assertThat(descriptor.path("artifactType").asText()).isEqualTo("application/x.signature");
        assertThat(descriptor.at("/annotations/by").asText()).isEqualTo("me");
        var filtered = admin.get(listing + "?artifactType=application/x.other");
        assertThat(filtered.header("OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(filtered.json().path("manifests")).isEmpty();

        admin.send("DELETE", "/v2/signed/manifests/" + RegistryClient.digest(signature), NOTHING);
        assertThat(admin.get(listing).json().path("manifests")).isEmpty();
    }
}
