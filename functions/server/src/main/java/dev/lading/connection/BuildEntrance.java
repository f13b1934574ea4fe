package dev.lading.connection;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A port on the loopback where builds come in, which reach no other address of the registry: neither its public one nor
 * one that speaks TLS. It grants nothing by itself.
 */
public final class BuildEntrance implements HttpServerOptionsCustomizer {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int START_SECONDS = 60;

    private final boolean open;
    private final boolean tls;
    private final Vertx vertx;
    private volatile int port;

    /**
     * @param open whether there are builds
     * @param tls whether the main port serves HTTPS
     */
    public BuildEntrance(boolean open, boolean tls, Vertx vertx) {
        this.open = open;
        this.tls = tls;
        this.vertx = vertx;
    }

    /** The port; 0: there is none. */
    public int port() {
        return port;
    }

    boolean isOf(HttpServerRequest request) {
        SocketAddress local = port == 0 ? null : request.localAddress();
        return local != null && local.port() == port;
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

    private void open(HttpServerOptions main) {
        if (!open) {
            return;
        }
        var options = new HttpServerOptions(main)
                .setHost(LOOPBACK)
                .setPort(0)
                .setSsl(false)
                .setKeyCertOptions(null);
        try {
            HttpServer server = vertx.createHttpServer(options)
                    .requestHandler(VertxHttpRecorder.getRootHandler())
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
            port = server.actualPort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot listen on the loopback for builds", e);
        }
    }
}
