package dev.lading.http.late;

import dev.lading.content.ArrivingBytes;
import io.netty.channel.ChannelPromise;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends a blob while it arrives, past JAX-RS, whose ways to send a body keep a worker or end the request at its head.
 * What fails behind the head ends the connection, so that no client takes a part for the whole.
 */
public final class ArrivingBody {
    private static final Logger LOG = Logger.getLogger(ArrivingBody.class);

    /** Most that one sends before others have the thread. */
    private static final long AT_ONCE = 512 * 1024;

    /** Most that is read into memory, where the bytes of the file cannot be sent as they are. */
    private static final long COPIED = 64 * 1024;

    /** How long a reader that has all that came lets more come: a wake-up costs as much as a hundred kilobytes. */
    private static final long GATHERING_MILLIS = 20;

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

    /** Whether a part is on its way to the socket. */
    private boolean sending;

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
        if (over || sending) {
            return;
        }
        long count = Math.min(AT_ONCE, bytes.available() - position);
        if (count > 0) {
            sending = true;
            send(count);
        } else if (position == bytes.sizeBytes()) {
            var _ = response.end();
            end();
        } else {
            await();
        }
    }

    private void send(long count) {
        if (position == 0) {
            // The head.
            var _ = response.write(Buffer.buffer());
        }
        plain().ifPresentOrElse(connection -> sendFrom(connection, count), () -> sendCopy(Math.min(count, COPIED)));
    }

    private void sendFrom(ConnectionBase connection, long count) {
        ChannelPromise written = connection.channelHandlerContext().newPromise();
        var _ = written.addListener(done -> thread.runOnContext(next -> sent(count, done.cause())));
        connection.writeToChannel(new ArrivingRegion(bytes, position, count), written);
    }

    private void sendCopy(long count) {
        try {
            var copy = new ByteArrayOutputStream();
            bytes.transfer(position, count, Channels.newChannel(copy));
            var _ = response.write(Buffer.buffer(copy.toByteArray()))
                    .onComplete(done -> thread.runOnContext(next -> sent(copy.size(), done.cause())));
        } catch (IOException e) {
            breakOff(e);
        }
    }

    /** The connection, if it takes bytes as they are: the operating system then sends those of a file. */
    private Optional<ConnectionBase> plain() {
        return request.version() != HttpVersion.HTTP_2
                        && request.connection() instanceof ConnectionBase connection
                        && !connection.isSsl()
                ? Optional.of(connection)
                : Optional.empty();
    }

    private void sent(long count, @Nullable Throwable failure) {
        sending = false;
        if (over) {
            return;
        }
        if (failure != null) {
            breakOff(failure);
            return;
        }
        position += count;
        SentBytes.note(routed, position);
        if (position < bytes.available() || position >= bytes.sizeBytes() - ArrivingBytes.HELD_BACK) {
            pump();
        } else {
            var _ = thread.owner().setTimer(GATHERING_MILLIS, gathered -> thread.runOnContext(more -> pump()));
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
        BrokenAnswer.end(request);
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
