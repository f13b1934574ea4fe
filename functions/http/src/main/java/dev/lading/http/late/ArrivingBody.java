package dev.lading.http.late;

import dev.lading.content.ArrivingBytes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;

/**
 * Sends a blob while it arrives, past JAX-RS, whose ways to send a body keep a worker or end the request at its head.
 * What fails behind the head ends the connection, so that no client takes a part for the whole.
 */
public final class ArrivingBody {
    private static final Logger LOG = Logger.getLogger(ArrivingBody.class);

    /** Read at once. */
    private static final int BUFFER = 64 * 1024;

    /** Buffers sent before others have the thread. */
    private static final int AT_ONCE = 16;

    private final ArrivingBytes bytes;
    private final RoutingContext routed;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context thread;
    private final ResteasyReactiveRequestContext work;

    /** Whether all that has come is sent. */
    private final AtomicBoolean waits = new AtomicBoolean(true);

    /** Used by one thread, as is all that follows. */
    private long position;

    private boolean over;

    /** @param thread of the connection */
    private ArrivingBody(
            ArrivingBytes bytes, RoutingContext routed, Context thread, ResteasyReactiveRequestContext work) {
        this.bytes = bytes;
        this.routed = routed;
        this.request = routed.request();
        this.response = request.response();
        this.thread = thread;
        this.work = work;
    }

    /** Begins to send an answer whose entity is {@link ArrivingBytes}. */
    public static void send(
            Response answer, RoutingContext routed, Context thread, ResteasyReactiveRequestContext work) {
        var body = new ArrivingBody((ArrivingBytes) answer.getEntity(), routed, thread, work);
        thread.runOnContext(begun -> body.begin(answer));
    }

    /** The thread of the connection whose request is served; to be asked for by its worker. */
    public static Context thread() {
        return Objects.requireNonNull(Vertx.currentContext());
    }

    private void begin(Response answer) {
        response.setStatusCode(answer.getStatus());
        answer.getStringHeaders().forEach((name, values) -> response.putHeader(name, values));
        routed.addEndHandler(ended -> end());
        response.drainHandler(drained -> pump());
        if (response.closed()) {
            end();
            return;
        }
        bytes.onChange(() -> {
            // A reader that is behind needs not be told.
            if (waits.compareAndSet(true, false)) {
                thread.runOnContext(more -> pump());
            }
        });
    }

    private void pump() {
        try {
            for (int sent = 0; !over && sent < AT_ONCE && position < bytes.available(); sent++) {
                if (response.writeQueueFull()) {
                    return;
                }
                byte[] some = new byte[BUFFER];
                int count = Math.max(0, bytes.read(position, ByteBuffer.wrap(some)));
                position += count;
                var _ = response.write(Buffer.buffer(some).slice(0, count));
            }
        } catch (IOException e) {
            breakOff(e);
            return;
        }
        if (over) {
            return;
        }
        if (position == bytes.sizeBytes()) {
            var _ = response.end();
            end();
        } else if (position < bytes.available()) {
            thread.runOnContext(rest -> pump());
        } else {
            await();
        }
    }

    private void await() {
        waits.set(true);
        // What came in between was not told.
        boolean more = position < bytes.available() || bytes.failure().isPresent();
        if (more && waits.compareAndSet(true, false)) {
            if (position < bytes.available()) {
                thread.runOnContext(rest -> pump());
            } else {
                bytes.failure().ifPresent(this::breakOff);
            }
        }
    }

    private void breakOff(Throwable why) {
        LOG.debugf("%s %s: broken off, %s", request.method(), request.path(), why.getMessage());
        // Not by the connection, whose close would wait for the answer.
        if (request.connection() instanceof ConnectionBase connection) {
            var _ = connection.channelHandlerContext().close();
        }
        end();
    }

    private void end() {
        if (!over) {
            over = true;
            bytes.close();
            work.close();
        }
    }
}
