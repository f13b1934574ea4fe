package dev.lading.http.late;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Ends a handler whose answer waits for another registry, so that no worker does: the answer is sent when it is there.
 * Thrown instead of returned, since handlers that return a stage cost every request a change of threads.
 */
public final class Later extends RuntimeException {
    private static final String TURN = "dev.lading.later";

    private final transient CompletionStage<Response> answer;

    private Later(CompletionStage<Response> answer) {
        super(null, null, false, false);
        this.answer = answer;
    }

    /** Renders what was waited for. */
    @FunctionalInterface
    public interface Rendering<T> {
        Response of(T awaited) throws IOException;
    }

    public static Later until(CompletionStage<Response> answer) {
        return new Later(answer);
    }

    public static <T> Later after(CompletionStage<T> awaited, Rendering<T> rendering) {
        return new Later(awaited.thenApply(value -> {
            try {
                return rendering.of(value);
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }));
    }

    /** Says what gives a request's worker to another one. */
    public static void releasing(RoutingContext request, Runnable turn) {
        request.put(TURN, turn);
    }

    /** Lets other requests have the worker while this one waits. */
    public static void release(RoutingContext request) {
        if (request.get(TURN) instanceof Runnable turn) {
            turn.run();
        }
    }

    public CompletionStage<Response> answer() {
        return answer;
    }
}
