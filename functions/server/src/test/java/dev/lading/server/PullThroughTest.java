package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.content.LastPull;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import dev.lading.testing.Bytes;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Reply;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pull-through distributions over HTTP: made by the API, pulled by clients. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class PullThroughTest {
    private static final String REMOTES = PulpClient.API + "remotes/container/pull-through/";
    private static final String DISTRIBUTIONS = PulpClient.API + "distributions/container/pull-through/";

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient admin = RegistryClient.administrator();
    private final RegistryClient anonymous = RegistryClient.anonymous();
    private final FaultyUpstream upstream = FaultyUpstream.start();
    private String manifest;

    @Inject
    MetadataStore store;

    @Inject
    RepositoryService repositories;

    @Inject
    Maintenance maintenance;

    @BeforeEach
    void push() {
        byte[] config = "{}".getBytes(UTF_8);
        byte[] layer = "a layer".getBytes(UTF_8);
        upstream.blob(config);
        upstream.blob(layer);
        manifest = RegistryClient.manifest(config, List.of(layer), Optional.empty());
        upstream.manifest(manifest.getBytes(UTF_8), "v1");
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private static String text(RegistryClient.Answer answer) {
        return new String(answer.body(), UTF_8);
    }

    private String remote(String name, String fields) {
        var answer = pulp.send(
                "POST", REMOTES, "{\"name\":\"%s\",\"url\":\"%s\"%s}".formatted(name, upstream.url(), fields));
        assertThat(answer.status()).as(text(answer)).isEqualTo(201);
        return answer.json().path("pulp_href").asText();
    }

    private String distribution(String basePath, String fields) {
        String remote = remote(basePath, "");
        JsonNode task = pulp.task(
                "POST",
                DISTRIBUTIONS,
                "{\"name\":\"%1$s\",\"base_path\":\"%1$s\",\"remote\":\"%2$s\"%3$s}"
                        .formatted(basePath, remote, fields));
        return task.path("created_resources").path(0).asText();
    }

    private String manifest(String basePath, String reference) {
        return "/v2/" + basePath + "/" + FaultyUpstream.NAME + "/manifests/" + reference;
    }

    @Test
    void a_pull_makes_a_repository_a_remote_and_a_distribution_and_later_pulls_ask_nobody() {
        String href = distribution("hub-a", "");

        var pulled = admin.get(manifest("hub-a", "v1"));
        assertThat(pulled.body()).isEqualTo(manifest.getBytes(UTF_8));
        var layer = admin.get("/v2/hub-a/" + FaultyUpstream.NAME + "/blobs/" + RegistryClient.digest("a layer"));
        assertThat(text(layer)).isEqualTo("a layer");
        upstream.close();
        assertThat(anonymous.get(manifest("hub-a", "v1")).status()).isEqualTo(200);

        assertThat(upstream.requests()).hasSize(2);
        assertThat(pulp.get(href).path("distributions")).hasSize(1);
        JsonNode made = pulp.get(pulp.get(href).path("distributions").path(0).asText());
        assertThat(made.path("base_path").asText()).isEqualTo("hub-a/" + FaultyUpstream.NAME);
        assertThat(pulp.get(PulpClient.API + "remotes/container/container/?name=hub-a/" + FaultyUpstream.NAME)
                        .path("count")
                        .asInt())
                .isEqualTo(1);
        assertThat(pulp.get(href).path("namespace").asText()).contains("/pulp_container/namespaces/");
    }

    @Test
    void lists_of_all_types_have_pull_through_ones_beside_those_that_pulls_made() {
        String href = distribution("hub-lists", "");
        assertThat(admin.get(manifest("hub-lists", "v1")).status()).isEqualTo(200);
        String made = "hub-lists/" + FaultyUpstream.NAME;

        for (String list : List.of("distributions/", "remotes/")) {
            JsonNode all = pulp.get(PulpClient.API + list + "?name__in=hub-lists," + made);
            assertThat(all.path("count").asInt()).as(list).isEqualTo(2);
            JsonNode ordered = pulp.get(PulpClient.API + list + "?ordering=-pulp_type,name&name__in=hub-lists," + made);
            assertThat(ordered.path("results").path(0).path("name").asText()).isEqualTo("hub-lists");
            ordered = pulp.get(PulpClient.API + list + "?ordering=pulp_type,name&name__in=hub-lists," + made);
            assertThat(ordered.path("results").path(0).path("name").asText()).isEqualTo(made);
            JsonNode through = pulp.get(PulpClient.API + list + "?pulp_type=container.pull-through&name=hub-lists");
            String found = through.path("results").path(0).path("pulp_href").asText();
            assertThat(found).startsWith(PulpClient.API + list + "container/pull-through/");
            assertThat(pulp.get(found).path("name").asText()).isEqualTo("hub-lists");
            assertThat(pulp.get(PulpClient.API + list + "?pulp_href__in=" + found)
                            .path("count")
                            .asInt())
                    .isEqualTo(1);
            assertThat(pulp.get(PulpClient.API + list + "?pulp_type=container.container&name=hub-lists")
                            .path("count")
                            .asInt())
                    .isZero();
        }
        assertThat(pulp.get(PulpClient.API + "distributions/?base_path=hub-lists")
                        .path("results")
                        .path(0)
                        .path("pulp_href")
                        .asText())
                .isEqualTo(href);
    }

    @Test
    void what_is_not_here_is_fetched_for_those_who_may_and_for_everybody_where_that_is_said() {
        distribution("hub-b", "");
        var refused = anonymous.get(manifest("hub-b", "v1"));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(upstream.requests()).isEmpty();

        distribution("hub-c", ",\"anonymous_fetch\":true");
        assertThat(anonymous.get(manifest("hub-c", "v1")).status()).isEqualTo(200);
    }

    @Test
    void a_stale_tag_is_served_with_a_warning() {
        distribution("hub-d", ",\"freshness\":0,\"anonymous_fetch\":true");
        assertThat(anonymous.get(manifest("hub-d", "v1")).status()).isEqualTo(200);
        upstream.fault("/v2/", reply -> Reply.of(429));

        var held = anonymous.get(manifest("hub-d", "v1"));

        assertThat(held.status()).isEqualTo(200);
        assertThat(held.header("Warning"))
                .startsWith("299 - \"only copy is yours: ")
                .endsWith("\"");
    }

    @Test
    void what_is_beyond_its_limit_is_given_back_daily_and_fetched_again() {
        distribution("hub-evicting", ",\"max_bytes\":0");
        byte[] layer = "evicted".getBytes(UTF_8);
        upstream.blob(layer);
        String image = RegistryClient.manifest("{\"of\":1}".getBytes(UTF_8), List.of(layer), Optional.empty());
        upstream.manifest(image.getBytes(UTF_8), "v2");
        var name = new RepositoryName("hub-evicting/" + FaultyUpstream.NAME);
        admin.get(manifest("hub-evicting", "v2"));
        String path = "/v2/" + name + "/blobs/" + RegistryClient.digest("evicted");
        admin.get(path);

        var repository = repositories.find(name).orElseThrow().repository();
        var noted = LastPull.key(repository, Digest.of(Digest.SHA256, image.getBytes(UTF_8)));
        assertThat(store.get(LastPull.TABLE, noted)).isPresent();
        maintenance.startDailyTasks();
        String task = pulp.list(PulpClient.API + "tasks/?name=lading.evict", "pulp_href")
                .getFirst();
        assertThat(TaskEnd.await(admin, task).at("/result/bytes").asLong()).isEqualTo(layer.length);

        int before = upstream.requests().size();
        assertThat(admin.get(path).body()).isEqualTo(layer);
        assertThat(upstream.requests()).hasSize(before + 1);
    }

    @Test
    void its_limits_are_set_changed_and_checked() {
        String href = distribution("hub-limits", ",\"evict_after_days\":30,\"max_bytes\":1000");
        pulp.task("PATCH", href, "{\"max_bytes\":null,\"evict_gone\":true}");

        JsonNode changed = pulp.get(href);
        assertThat(changed.path("evict_after_days").asInt()).isEqualTo(30);
        assertThat(changed.path("max_bytes").isNull()).isTrue();
        assertThat(changed.path("evict_gone").asBoolean()).isTrue();
        for (String wrong : List.of("evict_after_days\":0", "evict_after_days\":3651", "max_bytes\":-1")) {
            var refused = pulp.send("PATCH", href, "{\"" + wrong + "}");
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(refused.json().fieldNames().next()).isEqualTo(wrong.substring(0, wrong.indexOf('"')));
        }
    }

    @Test
    void its_remote_has_figures() {
        String href = distribution("hub-figures", ",\"freshness\":0");
        String figures = pulp.get(href).path("remote").asText() + "figures/";
        assertThat(pulp.get(figures).path("hits").asLong()).isZero();
        String layer = "/v2/hub-figures/" + FaultyUpstream.NAME + "/blobs/" + RegistryClient.digest("a layer");
        upstream.fault(
                "/manifests/",
                reply -> reply.with("ratelimit-limit", "100;w=21600").with("ratelimit-remaining", "76;w=21600"));
        admin.get(manifest("hub-figures", "v1"));
        admin.get(layer);
        admin.get(layer);
        upstream.heal();
        upstream.fault("/v2/", reply -> Reply.of(404));
        admin.get(manifest("hub-figures", "v1"));
        int manifestBytes = manifest.getBytes(UTF_8).length;
        int layerBytes = "a layer".length();

        JsonNode counted = pulp.get(figures);

        assertThat(counted.path("misses").asLong()).isEqualTo(2);
        assertThat(counted.path("hits").asLong()).isEqualTo(2);
        assertThat(counted.path("stale_answers").asLong()).isEqualTo(1);
        assertThat(counted.path("served_bytes").asLong()).isEqualTo(2L * (manifestBytes + layerBytes));
        assertThat(counted.path("fetched_bytes").asLong()).isEqualTo(manifestBytes + layerBytes);
        assertThat(counted.path("saved_bytes").asLong()).isEqualTo(manifestBytes + layerBytes);
        assertThat(counted.path("upstream_requests").asLong())
                .isEqualTo(upstream.requests().size());
        assertThat(counted.path("rate_limit").asLong()).isEqualTo(100);
        assertThat(counted.path("rate_limit_remaining").asLong()).isEqualTo(76);
    }

    @Test
    void one_that_is_made_private_hides_what_was_pulled_through_it() {
        String href = distribution("hub-hiding", ",\"anonymous_fetch\":true");
        String path = manifest("hub-hiding", "v1");
        assertThat(anonymous.get(path).status()).isEqualTo(200);

        pulp.task("PATCH", href, "{\"private\":true}");
        assertThat(anonymous.get(path).status()).isEqualTo(401);
        assertThat(admin.get(path).status()).isEqualTo(200);

        pulp.task("PATCH", href, "{\"private\":false}");
        assertThat(anonymous.get(path).status()).isEqualTo(200);
    }

    @Test
    void what_pulls_made_follows_what_they_went_through() {
        String href = distribution("hub-leading", "");
        assertThat(admin.get(manifest("hub-leading", "v1")).status()).isEqualTo(200);
        String made = pulp.get(href).path("distributions").path(0).asText();
        String repository = pulp.get(made).path("repository").asText();
        String copy = pulp.get(repository).path("remote").asText();

        pulp.task("PATCH", href, "{\"retain_repo_versions\":3}");
        assertThat(pulp.get(repository).path("retain_repo_versions").asInt()).isEqualTo(3);
        String remote = pulp.get(href).path("remote").asText();
        var refused = pulp.send("PATCH", remote, "{\"url\":\"https://other.test\"}");
        assertThat(refused.status()).isEqualTo(409);
        pulp.task("PATCH", remote, "{\"url\":\"https://other.test\",\"other_upstream\":true}");
        assertThat(pulp.get(copy).path("url").asText()).isEqualTo("https://other.test");
        assertThat(pulp.get(copy).path("upstream_name").asText()).isEqualTo(FaultyUpstream.NAME);
    }

    @Test
    void bytes_of_clients_who_leave_are_not_counted() throws IOException {
        String href = distribution("hub-leaving", "");
        byte[] large = Bytes.random(8_000_000);
        upstream.blob(large);
        String image = RegistryClient.manifest("{}".getBytes(UTF_8), List.of(large), Optional.empty());
        upstream.manifest(image.getBytes(UTF_8), "large");
        admin.get(manifest("hub-leaving", "large"));
        String path = "/v2/hub-leaving/" + FaultyUpstream.NAME + "/blobs/" + Digest.of(Digest.SHA256, large);
        assertThat(anonymous.get(path).body()).hasSize(large.length);
        for (int number = 0; number < 5; number++) {
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), RegistryClient.port()));
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.1\r\nHost: registry.test\r\n\r\n").getBytes(UTF_8));
                assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
            }
        }
        assertThat(RawRequests.ask("GET", path)).hasSizeGreaterThan(large.length);
        assertThat(anonymous.get(path).body()).hasSize(large.length);

        String figures = pulp.get(href).path("remote").asText() + "figures/";
        assertThat(pulp.get(figures).path("hits").asLong()
                        + pulp.get(figures).path("misses").asLong())
                .isEqualTo(9);
        assertThat(pulp.get(figures).path("served_bytes").asLong()).isEqualTo(3L * large.length + image.length());
    }

    @Test
    void a_name_is_pinned_and_serves_no_other_repository() {
        String href = distribution("hub-pinned", ",\"freshness\":0");
        assertThat(admin.get(manifest("hub-pinned", "v1")).status()).isEqualTo(200);
        String made = pulp.get(href).path("distributions").path(0).asText();
        String repository = pulp.get(made).path("repository").asText();
        String ours = pulp.createServed("ours/of-hub-pinned").path("pulp_href").asText();

        var refused = pulp.send("PATCH", made, "{\"repository\":\"" + ours + "\"}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(text(refused)).contains("hub-pinned/");
        pulp.task("PATCH", made, "{\"repository_version\":\"" + repository + "versions/1/\"}");
        upstream.untag("v1");
        upstream.forgetRequests();
        assertThat(admin.get(manifest("hub-pinned", "v1")).body()).isEqualTo(manifest.getBytes(UTF_8));
        var other = admin.get(manifest("hub-pinned", "v2"));
        assertThat(other.status()).isEqualTo(404);
        assertThat(text(other)).contains("pinned to its version 1");
        assertThat(upstream.requests()).isEmpty();

        pulp.task("PATCH", made, "{\"repository\":\"" + repository + "\"}");
        assertThat(admin.get(manifest("hub-pinned", "v1")).header("Warning")).contains("no longer has tag v1");
    }

    @Test
    void nothing_is_pushed_and_nothing_else_is_served_beneath() {
        distribution("hub-e", "");
        for (String name : List.of("hub-e/library/mine", "hub-e")) {
            var pushed = admin.send("POST", "/v2/" + name + "/blobs/uploads/", new byte[0]);
            assertThat(pushed.status()).as(name).isEqualTo(409);
            assertThat(text(pushed)).contains("hub-e");
        }
        for (String path : List.of("hub-e", "hub-e/other")) {
            var made = pulp.send(
                    "POST",
                    PulpClient.API + "distributions/container/container/",
                    "{\"name\":\"%1$s x\",\"base_path\":\"%1$s\"}".formatted(path));
            assertThat(made.status()).as(text(made)).isEqualTo(409);
        }
    }

    @Test
    void one_over_names_that_are_there_is_refused_and_names_them() {
        pulp.createServed("hub-f/there");
        var refused = pulp.send(
                "POST",
                DISTRIBUTIONS,
                "{\"name\":\"hub-f\",\"base_path\":\"hub-f\",\"remote\":\"%s\"}".formatted(remote("hub-f", "")));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(text(refused)).contains("hub-f/there");
    }

    @Test
    void two_upstreams_never_share_a_repository_unless_that_is_said() {
        String href = distribution("hub-g", ",\"anonymous_fetch\":true");
        String remote = pulp.get(href).path("remote").asText();
        anonymous.get(manifest("hub-g", "v1"));

        assertThat(pulp.send("PATCH", remote, "{\"url\":\"http://127.0.0.1:9\"}")
                        .status())
                .isEqualTo(409);
        assertThat(pulp.send("PATCH", href, "{\"remote\":\"" + remote("hub-g-2", "") + "\"}")
                        .status())
                .isEqualTo(409);
        assertThat(pulp.send("PATCH", remote, "{\"url\":\"http://127.0.0.1:9\",\"other_upstream\":true}")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void names_are_filtered_and_a_refusal_says_what_pulps_clients_look_for() {
        String href = distribution("hub-h", ",\"anonymous_fetch\":true");
        String remote = pulp.get(href).path("remote").asText();
        pulp.send("PATCH", remote, "{\"includes\":[\"library/*\"],\"excludes\":[\"*/app\"]}");

        var refused = anonymous.get(manifest("hub-h", "v1"));

        assertThat(refused.status()).isEqualTo(404);
        assertThat(text(refused)).contains("NAME_UNKNOWN", "Repository not found");
        pulp.send("PATCH", remote, "{\"excludes\":null}");
        assertThat(upstream.requests()).isEmpty();
    }

    @Test
    void a_remote_in_use_stays_and_what_was_pulled_stays_when_its_distribution_goes() {
        String href = distribution("hub-i", ",\"anonymous_fetch\":true");
        String remote = pulp.get(href).path("remote").asText();
        anonymous.get(manifest("hub-i", "v1"));
        JsonNode refused = TaskEnd.await(admin, pulp.send("DELETE", remote, ""));
        assertThat(refused.path("state").asText()).isEqualTo("failed");
        assertThat(refused.path("error").path("description").asText()).contains("hub-i");

        pulp.task("DELETE", href, "");

        assertThat(anonymous.get(manifest("hub-i", "v1")).status()).isEqualTo(200);
        assertThat(anonymous.get(manifest("hub-i", "v2")).status()).isEqualTo(404);
    }

    @Test
    void a_client_of_a_mirror_says_of_which_registry_and_gets_that_ones_content_alone() {
        distribution("hub-n", ",\"anonymous_fetch\":true");
        admin.pushImage("mirrored/own", "1", "own");
        String name = "/v2/" + FaultyUpstream.NAME;
        String ns = "?ns=" + upstream.authority();

        assertThat(anonymous.get(name + "/manifests/v1" + ns).body()).isEqualTo(manifest.getBytes(UTF_8));
        assertThat(text(anonymous.get(name + "/blobs/" + RegistryClient.digest("a layer") + ns)))
                .isEqualTo("a layer");
        assertThat(anonymous.get("/v2/mirrored/own/manifests/1" + ns).status()).isNotEqualTo(200);
        assertThat(anonymous.get("/v2/mirrored/own/manifests/1").status()).isEqualTo(200);
        assertThat(anonymous.get(name + "/manifests/v1?ns=registry.invalid").status())
                .isEqualTo(404);
        assertThat(anonymous
                        .get(name + "/manifests/v1" + ns + "&ns=other.invalid")
                        .status())
                .isEqualTo(404);
        assertThat(admin.send("POST", name + "/blobs/uploads/" + ns, new byte[0])
                        .status())
                .isEqualTo(404);
        assertThat(upstream.requests()).noneMatch(asked -> asked.contains("mirrored/own/blobs"));
    }
}
