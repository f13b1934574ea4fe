package dev.lading.connection;

import dev.lading.http.Gate;
import dev.lading.http.RequestBody;
import dev.lading.http.late.Later;
import dev.lading.oci.MediaType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Shares the workers. An upload keeps one for as long as its client sends, so uploads have half of them at most; other
 * requests are quick, and more at once would only wait for the processor and the database.
 */
@Singleton
public class WorkerTurns {
    /** Limit on uploads, of the 200 workers that Quarkus has at least. */
    private static final int UPLOADS = 100;

    private static final int OTHERS = 64;
    private static final String BUNDLES = "/pulp/api/v3/repositories/import";
    private static final String FILES = "/pulp/api/v3/content/file/files";
    private static final String BUILD = "/build_image";
    private static final String TURN = "dev.lading.turn";

    private final Turns uploads = new Turns(UPLOADS);
    private final Turns others = new Turns(OTHERS);

    /** Whether the body of a request is a blob, a bundle or a form with files, which is streamed. */
    static boolean isUpload(RoutingContext request) {
        String path = request.request().path();
        return path.contains("/blobs/uploads")
                || path.startsWith(BUNDLES)
                || (isForm(request.request().getHeader(HttpHeaders.CONTENT_TYPE))
                        && (path.startsWith(FILES) || path.contains(BUILD)));
    }

    private static boolean isForm(@Nullable String contentType) {
        return contentType != null && MediaType.ofHeader(contentType).value().equals("multipart/form-data");
    }

    void register(@Observes Router router) {
        router.route().order(Gate.FIRST + 3).handler(request -> {
            Turns.Turn turn = (isUpload(request) ? uploads : others).of(request);
            // Known before a worker can have answered.
            request.put(TURN, turn);
            Later.releasing(request, turn::end);
            turn.begin();
        });
    }

    /** Ties the turn to the worker, though the client may be gone before it is done. */
    @ServerRequestFilter(preMatching = true)
    public void begins(ResteasyReactiveContainerRequestContext request, RoutingContext context) {
        if (context.get(TURN) instanceof Turns.Turn turn
                && request.getServerRequestContext() instanceof ResteasyReactiveRequestContext work) {
            turn.workerHasIt();
            work.registerCompletionCallback(failure -> {
                turn.end();
                forget(work, context);
            });
        }
    }

    /**
     * Releases request and answer: a worker that waits for its next request keeps the last in a local variable of
     * jboss-threads' loop, so a flood of large ones would leave as many in memory as there are workers.
     */
    private static void forget(ResteasyReactiveRequestContext work, RoutingContext context) {
        RequestBody.forget(context);
        work.setRequestEntity(null);
        work.setResult(null);
        work.setResponse(null);
    }

    /** Ends the turn once the worker is done with the answer, whether or not the client has read it. */
    @ServerResponseFilter
    public void answered(RoutingContext request) {
        if (request.get(TURN) instanceof Turns.Turn turn) {
            turn.end();
        }
    }
}
