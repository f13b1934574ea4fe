package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Reply;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code sync/} over HTTP, with the server's own queues and workers. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class SyncTest {
    private static final String REMOTES = PulpClient.API + "remotes/container/container/";

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient anonymous = RegistryClient.anonymous();
    private final FaultyUpstream upstream = FaultyUpstream.start();

    @AfterEach
    void close() {
        upstream.close();
    }

    private String remote(String name, String policy) {
        var answer = pulp.send(
                "POST",
                REMOTES,
                "{\"name\":\"%s\",\"url\":\"%s\",\"upstream_name\":\"%s\",\"policy\":\"%s\"}"
                        .formatted(name, upstream.url(), FaultyUpstream.NAME, policy));
        assertThat(answer.status()).isEqualTo(201);
        return answer.json().path("pulp_href").asText();
    }

    private String image(String tag, String content) {
        byte[] config = ("{\"of\":\"" + content + "\"}").getBytes(UTF_8);
        byte[] layer = content.getBytes(UTF_8);
        upstream.blob(config);
        upstream.blob(layer);
        String manifest = RegistryClient.manifest(config, List.of(layer), Optional.empty());
        upstream.manifest(manifest.getBytes(UTF_8), tag);
        return manifest;
    }

    @Test
    void what_was_synced_is_pulled_and_the_task_tells_how() {
        String manifest = image("v1", "synced");
        String remote = remote("synced", "immediate");
        JsonNode repository = pulp.createServed("mirror/synced");
        String href = repository.path("pulp_href").asText();

        JsonNode task = pulp.task("POST", href + "sync/", "{\"remote\":\"" + remote + "\",\"mirror\":true}");

        assertThat(task.path("created_resources").path(0).asText()).isEqualTo(href + "versions/1/");
        assertThat(task.path("name").asText()).isEqualTo("pulp_container.app.tasks.synchronize.synchronize");
        assertThat(task.path("progress_reports").findValuesAsText("code"))
                .contains("sync.tags", "sync.manifests", "sync.blobs", "sync.bytes");
        assertThat(task.path("progress_reports").findValuesAsText("state")).containsOnly("completed");
        assertThat(task.path("reserved_resources_record").findValuesAsText("")).isEmpty();
        assertThat(anonymous.get("/v2/mirror/synced/manifests/v1").body()).isEqualTo(manifest.getBytes(UTF_8));
        assertThat(anonymous
                        .get("/v2/mirror/synced/blobs/" + RegistryClient.digest("synced"))
                        .body())
                .isEqualTo("synced".getBytes(UTF_8));
    }

    @Test
    void the_remote_is_the_repositorys_own_unless_another_is_named() {
        image("v1", "own");
        String remote = remote("own", "immediate");
        JsonNode repository = pulp.createServed("mirror/own");
        String href = repository.path("pulp_href").asText();
        assertThat(pulp.send("POST", href + "sync/", "{}").status()).isEqualTo(400);
        pulp.send("PATCH", href, "{\"remote\":\"" + remote + "\"}");

        pulp.task("POST", href + "sync/", "{}");

        assertThat(anonymous.get("/v2/mirror/own/tags/list").json().path("tags"))
                .hasSize(1);
        var unknown = pulp.send("POST", href + "sync/", "{\"remote\":\"" + REMOTES + "nobody/\"}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().path("remote").path(0).asText()).contains("nobody");
    }

    /** Holds back blobs until a latch opens, so that other tests can run meanwhile. */
    private void holdBlobsUntil(CountDownLatch go) {
        upstream.fault("/blobs/", reply -> {
            try {
                assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return reply;
        });
    }

    @Test
    void other_tasks_of_the_repository_wait_for_its_sync_and_may_be_canceled_meanwhile() {
        image("v1", "waited for");
        String href = pulp.createServed("mirror/waits").path("pulp_href").asText();
        var go = new CountDownLatch(1);
        holdBlobsUntil(go);
        var sync = pulp.send("POST", href + "sync/", "{\"remote\":\"" + remote("waits", "immediate") + "\"}");
        var restore = pulp.send("POST", href + "restore/", "{\"version\":0}");
        var remove = pulp.send("POST", href + "remove/", "{\"content_units\":[\"*\"]}");
        var second = pulp.send("POST", href + "sync/", "{\"remote\":\"" + remote("waits too", "immediate") + "\"}");

        pulp.createServed("mirror/another");
        assertThat(pulp.get(restore.json().path("task").asText()).path("state").asText())
                .isEqualTo("waiting");
        pulp.send("PATCH", restore.json().path("task").asText(), "{\"state\":\"canceled\"}");
        go.countDown();

        RegistryClient admin = RegistryClient.administrator();
        assertThat(TaskEnd.await(admin, sync).path("created_resources").path(0).asText())
                .isEqualTo(href + "versions/1/");
        assertThat(TaskEnd.await(admin, remove)
                        .path("created_resources")
                        .path(0)
                        .asText())
                .isEqualTo(href + "versions/2/");
        assertThat(TaskEnd.await(admin, second)
                        .path("created_resources")
                        .path(0)
                        .asText())
                .isEqualTo(href + "versions/3/");
        assertThat(TaskEnd.await(admin, restore).path("state").asText()).isEqualTo("canceled");
    }

    @Test
    void mirrors_of_one_image_that_are_synced_at_once_all_complete_and_ask_for_each_blob_once() {
        List<byte[]> layers = IntStream.range(0, 10)
                .mapToObj(i -> ("layer " + i).getBytes(UTF_8))
                .toList();
        byte[] config = "{\"of\":\"all\"}".getBytes(UTF_8);
        layers.forEach(upstream::blob);
        upstream.blob(config);
        upstream.manifest(
                RegistryClient.manifest(config, layers, Optional.empty()).getBytes(UTF_8), "v1");
        List<String> mirrors = IntStream.range(0, 12)
                .mapToObj(i ->
                        pulp.createServed("mirror/same-" + i).path("pulp_href").asText())
                .toList();
        var go = new CountDownLatch(1);
        holdBlobsUntil(go);

        List<RegistryClient.Answer> syncs = mirrors.stream()
                .map(href ->
                        pulp.send("POST", href + "sync/", "{\"remote\":\"" + remote("of " + href, "immediate") + "\"}"))
                .toList();
        go.countDown();

        for (RegistryClient.Answer sync : syncs) {
            JsonNode task = TaskEnd.await(RegistryClient.administrator(), sync);
            assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("completed");
        }
        assertThat(upstream.requests().stream().filter(asked -> asked.contains("/blobs/")))
                .hasSize(11)
                .doesNotHaveDuplicates();
    }

    @Test
    void a_layer_on_demand_is_fetched_by_its_first_pull_and_asked_for_by_no_head() {
        image("v1", "on demand");
        String layer = "/v2/mirror/on-demand/blobs/" + RegistryClient.digest("on demand");
        String href = pulp.createServed("mirror/on-demand").path("pulp_href").asText();
        pulp.task("POST", href + "sync/", "{\"remote\":\"" + remote("on-demand", "on_demand") + "\"}");
        upstream.forgetRequests();

        var head = anonymous.send("HEAD", layer, new byte[0]);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("9");
        assertThat(upstream.requests()).isEmpty();

        assertThat(anonymous.get(layer).body()).isEqualTo("on demand".getBytes(UTF_8));
        upstream.close();
        assertThat(anonymous.get(layer).body()).isEqualTo("on demand".getBytes(UTF_8));

        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    void a_layer_that_the_upstream_does_not_give_is_answered_with_what_it_said() {
        image("v1", "refused by the upstream");
        String href = pulp.createServed("mirror/gone").path("pulp_href").asText();
        pulp.task("POST", href + "sync/", "{\"remote\":\"" + remote("gone", "on_demand") + "\"}");
        upstream.fault("/blobs/", reply -> Reply.of(403));

        var answer = anonymous.get("/v2/mirror/gone/blobs/" + RegistryClient.digest("refused by the upstream"));

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.json().path("errors").path(0).path("message").asText())
                .contains(upstream.authority(), "403", "mirror/gone");
    }

    @Test
    void a_mirror_is_emptied_only_if_that_is_asked_for() {
        image("v1", "emptied");
        String body = "{\"remote\":\"" + remote("emptied", "immediate") + "\",\"mirror\":true";
        String href = pulp.createServed("mirror/emptied").path("pulp_href").asText();
        pulp.task("POST", href + "sync/", body + "}");
        upstream.fault("tags/list", reply -> Reply.json(200, "{\"tags\":null}"));

        JsonNode task = TaskEnd.await(RegistryClient.administrator(), pulp.send("POST", href + "sync/", body + "}"));

        assertThat(task.path("state").asText()).isEqualTo("failed");
        assertThat(task.path("error").path("description").asText()).contains("mirror_empty");
        assertThat(anonymous.get("/v2/mirror/emptied/tags/list").json().path("tags"))
                .hasSize(1);
        pulp.task("POST", href + "sync/", body + ",\"mirror_empty\":true}");
        assertThat(anonymous.get("/v2/mirror/emptied/tags/list").json().path("tags"))
                .isEmpty();
    }

    @Test
    void what_is_left_out_is_named_in_the_task() {
        image("v1", "odd");
        upstream.fault("tags/list", reply -> Reply.json(200, "{\"tags\":[\"v1\",\"1.0+build\"]}"));
        upstream.fault("referrers", reply -> Reply.of(403));
        String href = pulp.createServed("mirror/odd").path("pulp_href").asText();

        JsonNode task = pulp.task(
                "POST", href + "sync/", "{\"remote\":\"" + remote("odd", "immediate") + "\",\"mirror\":true}");

        assertThat(task.path("progress_reports").findValuesAsText("message"))
                .anySatisfy(message -> assertThat(message).contains("1.0+build").contains("403"));
    }

    @Test
    void a_failed_sync_says_why() {
        image("v1", "broken");
        upstream.fault("/blobs/", reply -> reply.corrupted());
        String href = pulp.createRepository("broken").path("pulp_href").asText();
        var started = pulp.send("POST", href + "sync/", "{\"remote\":\"" + remote("broken", "immediate") + "\"}");

        JsonNode task = TaskEnd.await(RegistryClient.administrator(), started);

        assertThat(task.path("state").asText()).isEqualTo("failed");
        assertThat(task.path("error").path("description").asText())
                .contains(upstream.authority())
                .contains("sha256:")
                .contains("other content");
    }
}
