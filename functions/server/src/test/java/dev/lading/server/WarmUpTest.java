package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lading.server.warmup.WarmUp;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The warm-up goes the way of clients, and nothing of it stays. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class WarmUpTest {
    /** Requests of 20 pushes and pulls alone. */
    private static final int PUSHES_AND_PULLS = 20 * 13 + 1;

    private final RegistryClient admin = RegistryClient.administrator();

    @Inject
    WarmUp warmUp;

    @Inject
    MeterRegistry figures;

    @ConfigProperty(name = "lading.data")
    Path data;

    @BeforeEach
    void push() {
        admin.pushImage("kept/image", "t0", "kept");
    }

    private CompletableFuture<Integer> begin() {
        return warmUp.begin(URI.create(RegistryClient.base()));
    }

    private int toItsEnd() throws Exception {
        return begin().get(1, TimeUnit.MINUTES);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("lading.db"))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }

    /** Counts of what the API lists. */
    private List<Integer> listed() {
        return Stream.of("remotes/container/container/", "repositories/container/container/", "tasks/")
                .map(list ->
                        admin.get("/pulp/api/v3/" + list).json().path("count").asInt())
                .toList();
    }

    private double counted() {
        return figures.find("http.server.requests").timers().stream()
                .mapToDouble(timer -> timer.count())
                .sum();
    }

    @Test
    void it_pushes_pulls_and_mirrors_and_nothing_stays() throws Exception {
        List<String> before = files();
        List<Integer> listedBefore = listed();
        double countedBefore = counted();

        assertThat(toItsEnd()).isGreaterThan(PUSHES_AND_PULLS + 20);

        assertThat(files()).isEqualTo(before);
        // Requests from before are counted after their answers, those of the warm-up are hundreds.
        assertThat(counted()).isCloseTo(countedBefore, within(10.0));
        assertThat(listed()).isEqualTo(listedBefore);
        assertThat(admin.get("/v2/_catalog").json().path("repositories").findValuesAsText(""))
                .doesNotContain("warm-up/image");
        assertThat(admin.get("/v2/warm-up/image/tags/list").status()).isEqualTo(404);
        assertThat(admin.get("/v2/kept/image/manifests/t0").status()).isEqualTo(200);
    }

    @Test
    void it_ends_when_a_client_comes_whose_push_is_kept() throws Exception {
        CompletableFuture<Integer> end = begin();
        admin.pushImage("came/meanwhile", "t1", "meanwhile");
        assertThat(end.get(1, TimeUnit.MINUTES)).isLessThan(PUSHES_AND_PULLS);
        assertThat(admin.get("/v2/came/meanwhile/blobs/" + RegistryClient.digest("meanwhile"))
                        .body())
                .isEqualTo("meanwhile".getBytes(UTF_8));
    }

    @Test
    void one_that_hangs_or_fails_changes_nothing_but_a_log_line() throws Exception {
        List<String> before = files();
        CompletableFuture<Integer> end;
        try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var heard = new Heard()) {
            end = warmUp.begin(URI.create("http://127.0.0.1:" + nobody.getLocalPort()));
            Socket asked = nobody.accept();
            admin.pushImage("hung/image", "t1", "hung");
            asked.close();
            assertThat(end.get(1, TimeUnit.MINUTES)).isZero();
            assertThat(heard.said).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(admin.get("/v2/hung/image/manifests/t1").status()).isEqualTo(200);

        int closed;
        try (var nobody = new ServerSocket(0)) {
            closed = nobody.getLocalPort();
        }
        try (var heard = new Heard()) {
            end = warmUp.begin(URI.create("http://127.0.0.1:" + closed));
            assertThat(end.get(1, TimeUnit.MINUTES)).isZero();
            assertThat(heard.said).singleElement().asString().startsWith("not warmed up");
        }
        assertThat(files()).hasSizeGreaterThan(before.size());
        assertThat(admin.get("/v2/kept/image/manifests/t0").status()).isEqualTo(200);
    }

    /** What the warm-up logs for operators. */
    private static final class Heard extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger(WarmUp.class.getName());
        private final List<String> said = new CopyOnWriteArrayList<>();

        Heard() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.INFO.intValue()) {
                said.add(record.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }

    @Test
    void who_does_not_know_its_key_has_no_part_in_it() throws Exception {
        toItsEnd();
        var answer =
                admin.send("POST", "/v2/guessed/image/blobs/uploads/", new byte[0], "Lading-Warm-Up", "0".repeat(64));
        assertThat(answer.status()).isEqualTo(404);
    }
}
