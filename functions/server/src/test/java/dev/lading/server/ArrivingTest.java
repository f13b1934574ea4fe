package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.testing.Bytes;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Reply;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Layers that clients read while they arrive from an upstream. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ArrivingTest {
    private static final int SIZE = 1_000_000;
    private static final int HELD_BACK = 64 * 1024;
    private static int made;

    private final PulpClient pulp = new PulpClient();
    private final FaultyUpstream upstream = FaultyUpstream.start();
    private final byte[] layer = Bytes.random(SIZE);
    private final CountDownLatch go = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private String remote;
    private String path;

    @BeforeEach
    void mirror() {
        byte[] config = "{}".getBytes(UTF_8);
        upstream.withoutReferrers();
        upstream.blob(config);
        upstream.blob(layer);
        String manifest = RegistryClient.manifest(config, List.of(layer), Optional.empty());
        upstream.manifest(manifest.getBytes(UTF_8), "v1");
        String name = "arriving/" + ++made;
        String fields = "{\"name\":\"%s\",\"url\":\"%s\",\"upstream_name\":\"%s\",\"policy\":\"on_demand\"}"
                .formatted(name, upstream.url(), FaultyUpstream.NAME);
        remote = pulp.send("POST", PulpClient.API + "remotes/container/container/", fields)
                .json()
                .path("pulp_href")
                .asText();
        String repository = pulp.createServed(name).path("pulp_href").asText();
        pulp.task("POST", repository + "sync/", "{\"remote\":\"" + remote + "\"}");
        path = "/v2/" + name + "/blobs/" + Digest.of(Digest.SHA256, layer);
        upstream.forgetRequests();
    }

    @AfterEach
    void close() {
        go.countDown();
        upstream.close();
        client.close();
    }

    @Test
    void one_of_which_no_byte_comes_is_refused_with_a_status() throws Exception {
        pulp.task("PATCH", remote, "{\"max_retries\":0}");
        upstream.fault("/blobs/", reply -> reply.cutAfter(0));

        HttpResponse<InputStream> answer = open();

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(new String(answer.body().readAllBytes(), UTF_8)).contains(upstream.authority());
    }

    private HttpResponse<InputStream> open(String... headers) throws IOException, InterruptedException {
        int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", int.class);
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofInputStream());
    }

    /** Has the upstream send half, and the rest once it may. */
    private void pause() {
        upstream.fault(
                "/blobs/",
                1,
                reply -> reply.pausedAfter(SIZE / 2, () -> {
                    try {
                        assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }));
    }

    @Test
    void what_has_come_is_sent_while_the_rest_is_not_there() throws Exception {
        pause();
        var answer = open();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(SIZE);
        assertThat(answer.headers().firstValue("Docker-Content-Digest")).isPresent();
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Docker-Distribution-Api-Version"))
                .contains("registry/2.0");
        try (InputStream body = answer.body()) {
            byte[] first = body.readNBytes(SIZE / 2 - HELD_BACK);
            assertThat(first).isEqualTo(Arrays.copyOf(layer, first.length));
            var second = open();
            assertThat(second.body().readNBytes(first.length)).isEqualTo(first);
            // It leaves, and nobody minds.
            second.body().close();
            var third = open();
            go.countDown();

            assertThat(body.readAllBytes()).isEqualTo(Arrays.copyOfRange(layer, first.length, SIZE));
            assertThat(third.body().readAllBytes()).isEqualTo(layer);
        }
        assertThat(open().body().readAllBytes()).isEqualTo(layer);
        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    void a_part_waits_until_all_is_verified() throws Exception {
        pause();
        var whole = open();
        var part = client.sendAsync(
                HttpRequest.newBuilder(whole.uri())
                        .header("Range", "bytes=10-19")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(whole.body().readNBytes(100)).isEqualTo(Arrays.copyOf(layer, 100));
        assertThat(part).isNotDone();
        go.countDown();

        assertThat(part.join().statusCode()).isEqualTo(206);
        assertThat(part.join().body()).isEqualTo(Arrays.copyOfRange(layer, 10, 20));
        whole.body().close();
    }

    @Test
    void a_wrong_layer_never_comes_to_its_end_and_the_next_pull_is_told_why() throws Exception {
        upstream.fault("/blobs/", 1, reply -> reply.corrupted());

        assertThatThrownBy(() -> {
                    var answer = open();
                    if (answer.statusCode() == 200) {
                        answer.body().readAllBytes();
                    } else {
                        throw new IOException("refused at once");
                    }
                })
                .isInstanceOf(IOException.class);

        var again = open();
        assertThat(again.statusCode()).isEqualTo(502);
        assertThat(new String(again.body().readAllBytes(), UTF_8)).contains("other content");
        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    void a_break_of_the_upstream_is_none_of_ours() throws Exception {
        upstream.fault("/blobs/", 1, reply -> reply.cutAfter(SIZE / 2));

        assertThat(open().body().readAllBytes()).isEqualTo(layer);

        assertThat(upstream.requests()).hasSize(2);
    }

    @Test
    void an_upstream_that_breaks_for_good_ends_the_connection() throws Exception {
        upstream.fault("/blobs/", 1, reply -> reply.cutAfter(SIZE / 2));
        upstream.fault("/blobs/", reply -> Reply.of(403));

        assertThatThrownBy(() -> open().body().readAllBytes()).isInstanceOf(IOException.class);
    }
}
