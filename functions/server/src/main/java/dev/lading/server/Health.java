package dev.lading.server;

import dev.lading.distribution.DistributionService;
import dev.lading.http.Gate;
import io.quarkus.runtime.ExecutorRecorder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Health checks: live if a worker runs a task, ready if records can be read. Checked by a worker and answered without
 * one, so that a server whose workers are all lost reports it. Reveals no more than up or down.
 */
@Singleton
final class Health {
    private static final long PATIENCE_MILLIS = 5_000;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final Probe live;
    private final Probe ready;

    Health(Vertx vertx, DistributionService distributions) {
        this.vertx = vertx;
        this.live = new Probe(() -> true);
        this.ready = new Probe(() -> isReadable(distributions));
    }

    void register(@Observes Router router) {
        Gate.open(router, "/q/health/live", context -> answer(context, live));
        Gate.open(router, "/q/health/ready", context -> answer(context, ready));
    }

    /** A check by a worker; all requests that arrive meanwhile share its result. */
    private static final class Probe {
        private final BooleanSupplier question;
        private final AtomicReference<@Nullable Promise<Boolean>> underWay = new AtomicReference<>();

        Probe(BooleanSupplier question) {
            this.question = question;
        }

        Future<Boolean> ask() {
            Promise<Boolean> mine = Promise.promise();
            Promise<Boolean> known = underWay.compareAndExchange(null, mine);
            if (known != null) {
                return known.future();
            }
            try {
                ExecutorRecorder.getCurrent().execute(() -> answer(mine));
            } catch (RejectedExecutionException e) {
                underWay.set(null);
                mine.complete(false);
            }
            return mine.future();
        }

        private void answer(Promise<Boolean> asked) {
            boolean up = false;
            try {
                up = question.getAsBoolean();
            } finally {
                underWay.set(null);
                asked.complete(up);
            }
        }
    }

    /** Whether a listing succeeds; single records may come from memory. */
    private static boolean isReadable(DistributionService distributions) {
        try {
            distributions.basePaths(Optional.empty(), 1, true);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The result for readiness, for callers that may see more than up and down. */
    Future<Boolean> readiness() {
        return within(ready.ask());
    }

    private void answer(RoutingContext context, Probe probe) {
        within(probe.ask()).onSuccess(up -> {
            if (!context.response().ended()) {
                context.response()
                        .setStatusCode(up ? OK : UNAVAILABLE)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store")
                        .end(up ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}");
            }
        });
    }

    /** The result, or down if there is none in time. */
    private Future<Boolean> within(Future<Boolean> asked) {
        Promise<Boolean> inTime = Promise.promise();
        long timer = vertx.setTimer(PATIENCE_MILLIS, late -> inTime.tryComplete(false));
        asked.onComplete(answered -> {
            vertx.cancelTimer(timer);
            inTime.tryComplete(answered.succeeded() && answered.result());
        });
        return inTime.future();
    }
}
