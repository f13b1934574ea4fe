package dev.lading.server.warmup;

import dev.lading.access.Authorizer;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Scope;
import dev.lading.access.Tokens;
import dev.lading.http.AccessFilter;
import dev.lading.random.Randomness;
import dev.lading.server.idle.IdleMemory;
import dev.lading.sync.BlobCopier;
import dev.lading.task.TaskRunner;
import dev.lading.upstream.transport.Reach;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Uses the server once it is ready, as clients will, on one thread and in stores that are thrown away, so that the
 * first of them find compiled code. It ends when a client comes, and changes nothing if it fails.
 */
@Singleton
public final class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);

    /** Header that tells its requests from others; the value is known to this process alone. */
    private static final String HEADER = "Lading-Warm-Up";

    private static final Set<String> PROBED = Set.of("/v2", "/v2/", "/pulp/api/v3/status/");
    private static final int KEY_BYTES = 32;
    private static final int IMAGES = 20;
    private static final int MIRRORED = 5;
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(1);
    private static final String FOLDER = "lading-warm-up-";
    private static final int NOT_FOUND = 404;

    private final Tokens tokens;
    private final TaskRunner runner;
    private final BlobCopier copier;
    private final Reach reach;
    private final IdleMemory memory;
    private final InstantSource clock;

    private final AtomicInteger requests = new AtomicInteger();
    private volatile Map<String, Scratch> open = Map.of();
    private volatile boolean isOver;
    private volatile boolean wasBegun;
    private Optional<Thread> thread = Optional.empty();

    WarmUp(Tokens tokens, TaskRunner runner, BlobCopier copier, Reach reach, IdleMemory memory, InstantSource clock) {
        this.tokens = tokens;
        this.runner = runner;
        this.copier = copier;
        this.reach = reach;
        this.memory = memory;
        this.clock = clock;
    }

    /** Before all that logs, counts or answers. */
    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::arrived);
    }

    private void arrived(RoutingContext request) {
        String key = wasBegun ? request.request().getHeader(HEADER) : null;
        if (key == null) {
            // Written once, not by each request: processors share it.
            if ((!isOver || !memory.wasUsed()) && !isProbe(request.request())) {
                isOver = true;
                memory.use();
            }
            request.next();
            return;
        }
        Scratch scratch = open.get(key);
        if (scratch == null) {
            // One of the warm-up's own may come late; the server's stores are not for it.
            request.response().setStatusCode(NOT_FOUND).end();
            return;
        }
        requests.incrementAndGet();
        AccessFilter.uncounted(request);
        scratch.take(request);
        request.next();
    }

    /** Whether somebody only looks whether the server is up. */
    private static boolean isProbe(HttpServerRequest request) {
        return request.path().startsWith("/q/") || PROBED.contains(request.path());
    }

    /**
     * Begins on a thread of its own.
     *
     * @param address of this server
     * @return completed at the end, with the number of requests that it came to
     */
    public CompletableFuture<Integer> begin(URI address) {
        isOver = false;
        requests.set(0);
        wasBegun = true;
        CompletableFuture<Integer> end = new CompletableFuture<>();
        thread = Optional.of(Thread.ofPlatform().name("warm-up").daemon().start(() -> {
            run(address);
            if (!isOver) {
                memory.startIsOver();
            }
            end.complete(requests.get());
        }));
        return end;
    }

    /** Whether the current request or work is the warm-up's. */
    public static boolean isItsWork() {
        return Scratch.current() != null;
    }

    /** Whether a request's local data are those of the warm-up's. */
    public static boolean isItsRequest(Function<Object, @Nullable Object> local) {
        return local.apply(Scratch.OF_REQUEST) != null;
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        isOver = true;
        if (thread.isPresent()) {
            // What it waits for is bounded, but a stop need not wait for that.
            thread.get().join(STOP_PATIENCE);
        }
    }

    private void run(URI address) {
        long began = System.nanoTime();
        try {
            Path folder = Files.createTempDirectory(FOLDER);
            try {
                run(address, folder, began);
            } finally {
                delete(folder);
            }
            LOG.debugf("warm after %d ms", (System.nanoTime() - began) / 1_000_000);
        } catch (Journey.Interrupted e) {
            LOG.debugf("ended by a client, a stop or its time after %d ms", (System.nanoTime() - began) / 1_000_000);
        } catch (Exception e) {
            // A stop closes what it asks, which is nobody's to know.
            LOG.logf(
                    isOver ? Logger.Level.DEBUG : Logger.Level.INFO,
                    "not warmed up, so the first requests take longer: %s",
                    e.getMessage());
        }
    }

    private void run(URI address, Path folder, long began) throws Exception {
        String pushed = HexFormat.of().formatHex(Randomness.bytes(KEY_BYTES));
        String mirrored = HexFormat.of().formatHex(Randomness.bytes(KEY_BYTES));
        try (Scratch upstream = new Scratch(Files.createDirectory(folder.resolve("pushed")), clock);
                Scratch mirror = new Scratch(Files.createDirectory(folder.resolve("mirrored")), clock);
                OwnServer server = new OwnServer(address)) {
            mirror.start(runner, copier);
            open = Map.of(pushed, upstream, mirrored, mirror);
            var pushing = new Scope("repository", Journey.NAME.value(), Set.of("pull", "push"));
            Journey first = journey(server, began, pushed, pushing);
            first.look();
            first.pushAndPull(IMAGES);
            if (reach == Reach.ANY) {
                journey(server, began, mirrored, administration())
                        .mirror(
                                address.toString(),
                                IntStream.range(0, MIRRORED)
                                        .mapToObj(n -> "t" + n)
                                        .toList(),
                                HEADER,
                                pushed);
            }
        } finally {
            open = Map.of();
        }
    }

    private static Scope administration() {
        return Scope.parseAll(List.of(Authorizer.ADMINISTRATION)).getFirst();
    }

    private Journey journey(OwnServer server, long began, String key, Scope scope) {
        String token = tokens.access(RegistrySettings.ADMIN, List.of(scope));
        return new Journey(
                server,
                () -> isOver || System.nanoTime() - began > MOST.toNanos(),
                HEADER,
                key,
                "Authorization",
                "Bearer " + token);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
