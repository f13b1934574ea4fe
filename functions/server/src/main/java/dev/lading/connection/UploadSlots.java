package dev.lading.connection;

import dev.lading.http.Gate;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Lets only so many uploads have a worker, which each keeps for as long as its client sends; the others wait without one, and
 * the rest of the workers is there for pulls.
 */
@Singleton
final class UploadSlots {
    /** Half of the workers that Quarkus has at least. */
    private static final int MOST = 100;

    private final Deque<Upload> waiting = new ArrayDeque<>();
    private int busy;

    private enum State {
        WAITING,
        UNDER_WAY,
        OVER
    }

    private static final class Upload {
        final RoutingContext request;
        final Context thread;
        State state = State.WAITING;

        Upload(RoutingContext request, Context thread) {
            this.request = request;
            this.thread = thread;
        }
    }

    /** Whether the body of a request is that of a blob, which is read as it comes. */
    static boolean isUpload(RoutingContext request) {
        return request.request().path().contains("/blobs/uploads");
    }

    void register(@Observes Router router) {
        router.route().order(Gate.FIRST + 2).handler(request -> {
            if (isUpload(request)) {
                enter(new Upload(request, Objects.requireNonNull(Vertx.currentContext())));
            } else {
                request.next();
            }
        });
    }

    private void enter(Upload upload) {
        upload.request.addEndHandler(ended -> leave(upload));
        synchronized (this) {
            if (busy == MOST) {
                waiting.add(upload);
                return;
            }
            busy++;
            upload.state = State.UNDER_WAY;
        }
        upload.request.next();
    }

    /** Answered, or its client is gone. */
    private synchronized void leave(Upload upload) {
        if (upload.state == State.WAITING) {
            waiting.remove(upload);
        } else if (upload.state == State.UNDER_WAY) {
            Upload next = waiting.poll();
            if (next == null) {
                busy--;
            } else {
                next.state = State.UNDER_WAY;
                next.thread.runOnContext(free -> next.request.next());
            }
        }
        upload.state = State.OVER;
    }
}
