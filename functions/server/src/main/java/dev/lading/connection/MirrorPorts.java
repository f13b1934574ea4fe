package dev.lading.connection;

import dev.lading.http.mirror.Entrances;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Ports that serve one pull-through distribution each, for clients that take a mirror without a path. They have the main
 * port's options, its TLS among them, and its limits.
 */
public final class MirrorPorts implements HttpServerOptionsCustomizer, Entrances {
    private static final Logger LOG = Logger.getLogger(MirrorPorts.class);
    private static final int START_SECONDS = 60;

    private final Map<Integer, RepositoryName> basePaths;
    private final boolean tls;
    private final Vertx vertx;
    private final RepositoryService repositories;
    private final BuildEntrance builds;

    /** A port on which nothing can be served. */
    public static final class Taken extends RuntimeException {
        Taken(int port, Throwable cause) {
            super("cannot listen on the mirror port " + port + ": " + cause.getMessage() + "; choose another", cause);
        }
    }

    /**
     * @param basePaths of distributions, by port
     * @param tls whether the main port serves HTTPS
     */
    public MirrorPorts(
            Map<Integer, RepositoryName> basePaths,
            boolean tls,
            Vertx vertx,
            RepositoryService repositories,
            BuildEntrance builds) {
        this.basePaths = Map.copyOf(basePaths);
        this.tls = tls;
        this.vertx = vertx;
        this.repositories = repositories;
        this.builds = builds;
    }

    @Override
    public boolean isForBuilds(HttpServerRequest request) {
        return builds.isOf(request);
    }

    @Override
    public Optional<RepositoryName> mirror(HttpServerRequest request) {
        SocketAddress local = basePaths.isEmpty() ? null : request.localAddress();
        return local == null ? Optional.empty() : Optional.ofNullable(basePaths.get(local.port()));
    }

    @Override
    public void customizeHttpServer(HttpServerOptions main) {
        if (!tls) {
            open(main);
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions main) {
        if (tls) {
            open(main);
        }
    }

    /** Opens them all, before the main port takes requests. */
    private void open(HttpServerOptions main) {
        basePaths.forEach((port, basePath) -> {
            open(new HttpServerOptions(main).setPort(port), port);
            LOG.infof("port %d is a mirror by the distribution '%s'", port, basePath);
            if (repositories.through(basePath).isEmpty()) {
                LOG.warnf(
                        "there is no pull-through distribution with the base path '%s' yet: until one is made, port %d"
                                + " answers 404",
                        basePath, port);
            }
        });
    }

    /** @throws Taken if nothing can listen there */
    private void open(HttpServerOptions options, int port) {
        // As the main port does: a server alone would have one thread for all its connections.
        var threads = new DeploymentOptions().setInstances(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE);
        try {
            vertx.deployVerticle(() -> new Listener(options), threads)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Taken(port, e);
        } catch (Exception e) {
            throw new Taken(port, e.getCause() == null ? e : e.getCause());
        }
    }

    private static final class Listener extends AbstractVerticle {
        private final HttpServerOptions options;

        Listener(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public void start(Promise<Void> started) {
            vertx.createHttpServer(options)
                    .requestHandler(VertxHttpRecorder.getRootHandler())
                    .listen()
                    .<Void>mapEmpty()
                    .onComplete(started);
        }
    }
}
