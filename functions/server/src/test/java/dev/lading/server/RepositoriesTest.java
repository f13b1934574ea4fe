package dev.lading.server;

import static dev.lading.server.PulpClient.API;
import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.oci.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories, distributions, and actions on repositories. Source: Pulp's REST API. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class RepositoriesTest {
    private final PulpClient pulp = new PulpClient();
    private final RegistryClient registry = RegistryClient.administrator();

    private static String digest(String manifest) {
        return Digest.of(Digest.SHA256, manifest.getBytes(UTF_8)).toString();
    }

    private String pulled(String name, String tag) {
        var answer = registry.get("/v2/" + name + "/manifests/" + tag, "Accept", RegistryClient.MANIFEST);
        return answer.status() == 200 ? answer.header("Docker-Content-Digest") : "" + answer.status();
    }

    @Test
    void what_was_created_is_read_back_and_changed() {
        String remote = pulp.send(
                        "POST",
                        API + "remotes/container/container/",
                        "{\"name\":\"of-whole\",\"url\":\"https://a.test\",\"upstream_name\":\"x\"}")
                .json()
                .path("pulp_href")
                .asText();
        JsonNode created = pulp.send(
                        "POST",
                        REPOSITORIES,
                        "{\"name\":\"whole\",\"description\":\"all\",\"retain_repo_versions\":5,\"remote\":\"" + remote
                                + "\",\"pulp_labels\":{\"a\":\"b\"}}")
                .json();
        String href = created.path("pulp_href").asText();

        assertThat(pulp.get(href)).isEqualTo(created);
        assertThat(created.path("latest_version_href").asText()).isEqualTo(href + "versions/0/");
        assertThat(created.path("versions_href").asText()).isEqualTo(href + "versions/");
        assertThat(created.path("retain_repo_versions").asInt()).isEqualTo(5);
        assertThat(created.path("remote").asText()).isEqualTo(remote);
        assertThat(pulp.list(REPOSITORIES + "?remote=" + remote, "name")).containsExactly("whole");
        assertThat(pulp.list(REPOSITORIES + "?name=whole&remote=null", "name")).isEmpty();
        assertThat(pulp.list(REPOSITORIES + "?retain_repo_versions__gt=4&name=whole", "name"))
                .containsExactly("whole");
        assertThat(pulp.list(REPOSITORIES + "?retain_repo_versions__gt=5&name=whole", "name"))
                .isEmpty();
        assertThat(pulp.list(API + "repositories/?pulp_type=container.container&name=whole", "name"))
                .containsExactly("whole");
        assertThat(pulp.list(REPOSITORIES + "?pulp_label_select=a=b", "name")).containsExactly("whole");
        JsonNode changed = pulp.change(href, "{\"description\":null,\"retain_repo_versions\":null}");
        assertThat(changed.path("description").isNull()).isTrue();
        assertThat(changed.path("name").asText()).isEqualTo("whole");
        assertThat(pulp.get(API + "repositories/container/container-push/")
                        .path("count")
                        .asInt())
                .isZero();
    }

    @ParameterizedTest(name = "{0} is refused under {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"bad\",\"remote\":\"/pulp/api/v3/remotes/container/container/x/\"} | remote",
                "{\"name\":\"bad\",\"retain_repo_versions\":0}                              | retain_repo_versions",
                "{\"name\":\"bad\",\"retain_checkpoints\":1}                                | retain_checkpoints",
                "{\"name\":\"bad\",\"manifest_signing_service\":\"/x/\"}                    | manifest_signing_service",
                "{\"name\":\"bad\",\"colour\":\"red\"}                                      | colour",
                "{}                                                                         | name",
            })
    void what_does_not_fit_is_told_by_field(String body, String field) {
        var answer = pulp.send("POST", REPOSITORIES, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path(field).path(0).asText()).contains(" ");
    }

    @Test
    void every_push_is_a_version_with_what_it_added() {
        String href = pulp.createServed("history").path("pulp_href").asText();
        registry.pushImage("history", "v1", "history 1");
        registry.pushImage("history", "v2", "history 2");

        JsonNode versions = pulp.get(href + "versions/");
        assertThat(pulp.list(href + "versions/", "number")).containsExactly("2", "1", "0");
        JsonNode second = versions.at("/results/0");
        assertThat(second.path("pulp_href").asText()).isEqualTo(href + "versions/2/");
        assertThat(pulp.get(href + "versions/2/")).isEqualTo(second);
        assertThat(second.at("/content_summary/present/container.tag/count").asInt())
                .isEqualTo(2);
        assertThat(second.at("/content_summary/added/container.blob/count").asInt())
                .isEqualTo(2);
        for (String part : List.of("present", "added")) {
            for (String type : List.of("container.tag", "container.manifest", "container.blob")) {
                JsonNode summary = second.path("content_summary").path(part).path(type);
                assertThat(pulp.get(summary.path("href").asText()).path("count"))
                        .as(part + " " + type)
                        .isEqualTo(summary.path("count"));
            }
        }
        assertThat(pulp.list(href + "versions/?number__range=1,2&ordering=number", "number"))
                .containsExactly("1", "2");
        assertThat(pulp.list(API + "repository_versions/?pulp_href__in=" + href + "versions/1/", "number"))
                .containsExactly("1");
        String tag = pulp.list(API + "content/container/tags/?repository_version=" + href + "versions/1/", "pulp_href")
                .getFirst();
        assertThat(pulp.list(href + "versions/?content=" + tag, "number")).containsExactly("2", "1");
        assertThat(pulp.list(REPOSITORIES + "?with_content=" + tag, "name")).containsExactly("history");
        assertThat(pulp.list(REPOSITORIES + "?latest_with_content=" + tag, "name"))
                .containsExactly("history");
        assertThat(pulp.list(DISTRIBUTIONS + "?with_content=" + tag, "name")).containsExactly("history");
        assertThat(pulp.status(href + "versions/3/")).isEqualTo(404);
    }

    @Test
    void a_version_is_deleted_and_others_keep_what_they_have() {
        String href = pulp.createServed("squash").path("pulp_href").asText();
        registry.pushImage("squash", "v1", "squash 1");
        registry.pushImage("squash", "v2", "squash 2");

        pulp.task("DELETE", href + "versions/1/", "");

        assertThat(pulp.list(href + "versions/", "number")).containsExactly("2", "0");
        assertThat(pulp.get(href + "versions/2/")
                        .at("/content_summary/added/container.tag/count")
                        .asInt())
                .isEqualTo(2);
        assertThat(pulp.status(href + "versions/1/")).isEqualTo(404);
    }

    @Test
    void tags_are_set_and_removed() {
        String href = pulp.createServed("tagging").path("pulp_href").asText();
        String manifest = digest(registry.pushImage("tagging", "v1", "tagging"));

        JsonNode task = pulp.task("POST", href + "tag/", "{\"tag\":\"stable\",\"digest\":\"" + manifest + "\"}");

        assertThat(task.at("/created_resources/0").asText()).isEqualTo(href + "versions/2/");
        assertThat(task.at("/created_resource_prns/0").asText())
                .isEqualTo(pulp.get(href + "versions/2/").path("prn").asText());
        assertThat(pulled("tagging", "stable")).isEqualTo(manifest);
        assertThat(pulp.list(API + "tasks/?created_resources=" + href + "versions/2/", "name"))
                .containsExactly("pulp_container.app.tasks.tag.tag_image");
        pulp.task("POST", href + "untag/", "{\"tag\":\"stable\"}");
        assertThat(pulled("tagging", "stable")).isEqualTo("404");
        assertThat(pulp.send("POST", href + "untag/", "{\"tag\":\"stable\"}")
                        .json()
                        .has("tag"))
                .isTrue();
        assertThat(pulp.send("POST", href + "tag/", "{\"tag\":\"x\",\"digest\":\"sha256:" + "0".repeat(64) + "\"}")
                        .json()
                        .has("digest"))
                .isTrue();
        assertThat(pulp.send("POST", href + "tag/", "{\"tag\":\"-\",\"digest\":\"" + manifest + "\"}")
                        .json()
                        .has("tag"))
                .isTrue();
    }

    @Test
    void content_is_copied_with_all_it_needs_and_removed_with_all_only_it_needed() {
        String source = pulp.createServed("copy-from").path("pulp_href").asText();
        String target = pulp.createServed("copy-to").path("pulp_href").asText();
        String first = digest(registry.pushImage("copy-from", "v1", "copy 1"));
        String second = digest(registry.pushImage("copy-from", "v2", "copy 2"));

        pulp.task(
                "POST",
                target + "copy_tags/",
                "{\"source_repository_version\":\"" + source + "versions/1/\",\"names\":[\"v1\",\"v2\"]}");

        assertThat(pulled("copy-to", "v1")).isEqualTo(first);
        assertThat(pulled("copy-to", "v2")).isEqualTo("404");
        JsonNode task = pulp.task(
                "POST",
                target + "copy_manifests/",
                "{\"source_repository\":\"" + source + "\",\"digests\":[\"" + second + "\"],\"media_types\":[\""
                        + RegistryClient.MANIFEST + "\"]}");
        assertThat(task.path("reserved_resources_record")).hasSize(2);
        assertThat(pulled("copy-to", second)).isEqualTo(second);
        assertThat(pulp.task("POST", target + "copy_tags/", "{\"source_repository\":\"" + source + "\",\"names\":[]}")
                        .path("created_resources"))
                .isEmpty();
        String unit = pulp.list(API + "content/container/manifests/?digest=" + second, "pulp_href")
                .getFirst();
        pulp.task("POST", target + "remove/", "{\"content_units\":[\"" + unit + "\"]}");
        assertThat(pulled("copy-to", second)).isEqualTo("404");
        pulp.task("POST", target + "add/", "{\"content_units\":[\"" + unit + "\"]}");
        assertThat(pulled("copy-to", second)).isEqualTo(second);
        pulp.task("POST", target + "remove/", "{\"content_units\":[\"*\"]}");
        assertThat(pulled("copy-to", "v1")).isEqualTo("404");
        assertThat(pulp.send("POST", target + "copy_tags/", "{}").json().has("non_field_errors"))
                .isTrue();
        assertThat(pulp.send("POST", target + "add/", "{\"content_units\":[\"/nothing/\"]}")
                        .json()
                        .has("content_units"))
                .isTrue();
    }

    @Test
    void a_version_is_restored_promoted_and_compared() {
        String stage = pulp.createServed("stage").path("pulp_href").asText();
        String live = pulp.createServed("live").path("pulp_href").asText();
        String first = digest(registry.pushImage("stage", "latest", "stage 1"));
        String second = digest(registry.pushImage("stage", "latest", "stage 2"));

        pulp.task("POST", live + "promote/", "{\"source_repository\":\"" + stage + "\"}");
        assertThat(pulled("live", "latest")).isEqualTo(second);
        pulp.task("POST", stage + "restore/", "{\"version\":1}");
        assertThat(pulled("stage", "latest")).isEqualTo(first);
        pulp.task("POST", live + "promote/", "{\"source_repository_version\":\"" + stage + "versions/1/\"}");
        assertThat(pulled("live", "latest")).isEqualTo(first);

        JsonNode difference = pulp.get(stage + "diff/?from=1&to=2&type=container.tag");
        assertThat(difference.path("count").asInt()).isEqualTo(1);
        assertThat(difference.at("/results/0/change").asText()).isEqualTo("moved");
        assertThat(difference.at("/results/0/from_digest").asText()).isEqualTo(first);
        assertThat(difference.at("/results/0/to_digest").asText()).isEqualTo(second);
        assertThat(pulp.get(stage + "diff/?from=1&to=3").path("count").asInt()).isZero();
        JsonNode across = pulp.get(stage + "diff/?from=1&to=" + live + "versions/1/&type=container.tag");
        assertThat(across.at("/results/0/from_digest").asText()).isEqualTo(first);
        assertThat(across.at("/results/0/to_digest").asText()).isEqualTo(second);
        assertThat(pulp.get(stage + "diff/?from=1&to=" + live).path("count").asInt())
                .isZero();
        assertThat(pulp.get(stage + "versions/3/").path("base_version").asText())
                .isEqualTo(stage + "versions/1/");
        assertThat(pulp.send("GET", stage + "diff/?from=1&to=9", "").json().has("to"))
                .isTrue();
        assertThat(pulp.send("POST", stage + "restore/", "{\"version\":9}")
                        .json()
                        .has("version"))
                .isTrue();
        assertThat(pulp.send("POST", stage + "promote/", "{\"source_repository\":\"" + stage + "\"}")
                        .json()
                        .has("source_repository"))
                .isTrue();
    }

    @Test
    void a_distribution_serves_a_repository_or_one_version() {
        String href = pulp.createRepository("served").path("pulp_href").asText();
        JsonNode task = pulp.task(
                "POST",
                DISTRIBUTIONS,
                "{\"name\":\"served\",\"base_path\":\"served/here\",\"repository\":\"" + href
                        + "\",\"private\":false,\"description\":\"d\",\"pulp_labels\":{\"x\":\"y\"}}");
        String distribution = task.at("/created_resources/0").asText();
        JsonNode shown = pulp.get(distribution);
        assertThat(shown.path("registry_path").asText())
                .isEqualTo("127.0.0.1:" + RegistryClient.port() + "/served/here");
        assertThat(shown.path("repository").asText()).isEqualTo(href);
        assertThat(shown.path("description").asText()).isEqualTo("d");
        String first = digest(registry.pushImage("served/here", "latest", "served 1"));
        String second = digest(registry.pushImage("served/here", "latest", "served 2"));

        JsonNode pinned = pulp.change(distribution, "{\"repository_version\":\"" + href + "versions/1/\"}");

        assertThat(pinned.path("repository").isNull()).isTrue();
        assertThat(pinned.path("repository_version").asText()).isEqualTo(href + "versions/1/");
        assertThat(pulled("served/here", "latest")).isEqualTo(first);
        pulp.send("PATCH", distribution, "{\"repository\":\"" + href + "\"}");
        assertThat(pulled("served/here", "latest")).isEqualTo(second);
        pulp.send("PATCH", distribution, "{\"base_path\":\"served/there\"}");
        assertThat(pulled("served/there", "latest")).isEqualTo(second);
        assertThat(pulled("served/here", "latest")).isEqualTo("404");
        assertThat(pulp.list(DISTRIBUTIONS + "?base_path__contains=ved/th", "name"))
                .containsExactly("served");
        assertThat(pulp.list(DISTRIBUTIONS + "?base_path__in=served/there,a", "name"))
                .containsExactly("served");
        assertThat(pulp.list(DISTRIBUTIONS + "?repository=" + href, "name")).containsExactly("served");
        assertThat(pulp.list(DISTRIBUTIONS + "?namespace__name=served", "name")).containsExactly("served");
        assertThat(pulp.list(DISTRIBUTIONS + "?pulp_label_select=x=y", "name")).containsExactly("served");
        assertThat(pulp.send("POST", DISTRIBUTIONS, "{\"name\":\"other\",\"base_path\":\"served/there\"}")
                        .json()
                        .has("base_path"))
                .isTrue();
        assertThat(pulp.send("POST", DISTRIBUTIONS, "{\"name\":\"other\",\"base_path\":\"Upper\"}")
                        .json()
                        .has("base_path"))
                .isTrue();
        pulp.task("DELETE", distribution, "");
        assertThat(pulled("served/there", "latest")).isEqualTo("404");
        assertThat(pulp.get(href).path("latest_version_href").asText()).endsWith("/versions/2/");
    }

    @Test
    void a_push_to_a_new_name_makes_both_and_a_deletion_takes_one() {
        registry.pushImage("fresh/name", "v1", "fresh");

        String href = pulp.list(REPOSITORIES + "?name=fresh/name", "pulp_href").getFirst();
        assertThat(pulp.list(DISTRIBUTIONS + "?base_path=fresh/name", "repository"))
                .containsExactly(href);
        pulp.task("DELETE", href, "");
        assertThat(pulp.status(href)).isEqualTo(404);
        assertThat(pulled("fresh/name", "v1")).isEqualTo("404");
    }

    /** Pushes the image {@code v1} to a private name; returns the distribution's href. */
    private String pushPrivate(String name) {
        pulp.createServed(name);
        registry.pushImage(name, "v1", name);
        String distribution =
                pulp.list(DISTRIBUTIONS + "?name=" + name, "pulp_href").getFirst();
        pulp.task("PATCH", distribution, "{\"private\":true}");
        return distribution;
    }

    @Test
    void what_is_private_is_pulled_by_the_administrator_only() {
        String distribution = pushPrivate("secret");
        String path = "/v2/secret/manifests/v1";
        RegistryClient anybody = RegistryClient.anonymous();

        for (RegistryClient client : List.of(
                anybody,
                RegistryClient.bearer(token(anybody, "repository:secret:pull")),
                RegistryClient.bearer(token(registry, "repository:other:pull")))) {
            assertThat(client.get(path).status()).isEqualTo(401);
            assertThat(client.get("/v2/secret/manifests/missing").status()).isEqualTo(401);
            assertThat(client.head("/v2/secret/blobs/" + RegistryClient.digest("secret"))
                            .status())
                    .isEqualTo(401);
            assertThat(client.get("/v2/secret/tags/list").header("WWW-Authenticate"))
                    .contains("scope=\"repository:secret:pull\"");
        }
        assertThat(registry.get(path).status()).isEqualTo(200);
        assertThat(RegistryClient.bearer(token(registry, "repository:secret:pull"))
                        .get(path)
                        .status())
                .isEqualTo(200);
        pulp.send("PATCH", distribution, "{\"private\":false}");
        assertThat(anybody.get(path).status()).isEqualTo(200);
    }

    @Test
    void what_is_private_is_mounted_by_those_who_may_pull_it() {
        pushPrivate("mount-secret");
        String mount = "/v2/mounted/blobs/uploads/?mount=" + RegistryClient.digest("mount-secret");
        String from = mount + "&from=mount-secret";
        String push = "repository:mounted:pull,push";
        RegistryClient pusher = RegistryClient.bearer(token(registry, push));

        assertThat(pusher.send("POST", from, new byte[0]).status()).isEqualTo(202);
        assertThat(pusher.send("POST", mount, new byte[0]).status()).isEqualTo(202);
        RegistryClient both = RegistryClient.bearer(token(registry, push + " repository:mount-secret:pull"));
        assertThat(both.send("POST", from, new byte[0]).status()).isEqualTo(201);
    }

    @Test
    void the_catalog_shows_private_names_to_the_administrator_only() {
        pushPrivate("catalog-secret");
        registry.pushImage("catalog-secret-not", "v1", "open");
        RegistryClient anybody = RegistryClient.anonymous();
        String both = "[\"catalog-secret\",\"catalog-secret-not\"]";
        String open = "[\"catalog-secret-not\"]";

        assertThat(catalog(registry)).isEqualTo(both);
        assertThat(catalog(RegistryClient.bearer(token(registry, "registry:catalog:*"))))
                .isEqualTo(both);
        assertThat(catalog(anybody)).isEqualTo(open);
        assertThat(catalog(RegistryClient.bearer(token(anybody, "registry:catalog:*"))))
                .isEqualTo(open);
        assertThat(catalog(RegistryClient.bearer(token(registry, "repository:catalog-secret:pull"))))
                .isEqualTo(open);
        var refused = RegistryClient.bearer("not.a.token").get("/v2/_catalog");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("WWW-Authenticate")).contains("scope=\"registry:catalog:*\"");
    }

    /** Names that begin with {@code catalog-secret}. */
    private static String catalog(RegistryClient client) {
        var answer = client.get("/v2/_catalog?n=1000&last=catalog-secre");
        assertThat(answer.status()).isEqualTo(200);
        List<String> names = new ArrayList<>();
        answer.json().path("repositories").forEach(name -> names.add(name.toString()));
        names.removeIf(name -> !name.startsWith("\"catalog-secret"));
        return names.toString().replace(" ", "");
    }

    private static String token(RegistryClient client, String scope) {
        return client.get("/token/?service=lading&scope=" + scope.replace(" ", "%20"))
                .json()
                .path("token")
                .asText();
    }
}
