package dev.lading.server;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** An optional port of its own for metrics and the storage's state, readable without credentials. */
@Singleton
// Quarkus's BOM has the registry over Prometheus's older client only.
@SuppressWarnings("deprecation")
final class MetricsPort {
    private static final int IDLE_SECONDS = 60;

    private final ServerConfig config;
    private final Vertx vertx;
    private final PrometheusMeterRegistry figures;
    private final Health health;

    MetricsPort(ServerConfig config, Vertx vertx, PrometheusMeterRegistry figures, Health health) {
        this.config = config;
        this.vertx = vertx;
        this.figures = figures;
        this.health = health;
    }

    /** @throws StartFailure if the port is taken */
    void open(@Observes StartupEvent event) {
        if (config.metrics().port().isEmpty()) {
            return;
        }
        var options = new HttpServerOptions()
                .setHost(config.metrics().host())
                .setPort(config.metrics().port().getAsInt())
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(IDLE_SECONDS);
        try {
            vertx.createHttpServer(options)
                    .requestHandler(this::answer)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(IDLE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new StartFailure("cannot listen on the metrics port "
                    + config.metrics().port().getAsInt() + ": " + e.getMessage() + "; choose another");
        }
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/q/metrics" ->
                // Names of remotes are read from the store.
                vertx.executeBlocking(() -> figures.scrape())
                        .onSuccess(text -> request.response()
                                .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                                .end(text))
                        .onFailure(
                                failure -> request.response().setStatusCode(503).end());
            case "/q/health" ->
                health.readiness()
                        .onSuccess(up -> request.response()
                                .setStatusCode(up ? 200 : 503)
                                .putHeader("Content-Type", "application/json")
                                .end(new JsonObject()
                                        .put("status", up ? "UP" : "DOWN")
                                        .put("storage", config.storage().name())
                                        .encode()));
            default -> request.response().setStatusCode(404).end("see /q/metrics and /q/health\n");
        }
    }
}
