package dev.lading.http;

import dev.lading.http.late.ClientGone;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as the network delivers it, buffered a bounded number of bytes ahead of its reader. The framework's
 * own stream asks for one piece at a time, so that network and disk take turns; this one lets them overlap.
 */
public final class RequestBody extends InputStream {
    private static final String KEPT = "dev.lading.body";
    private static final int AHEAD_BYTES = 1024 * 1024;
    private static final long PATIENCE_MILLIS = 60_000;

    private final HttpServerRequest request;
    private final Deque<Buffer> arrived = new ArrayDeque<>();
    private int arrivedBytes;
    private int position;
    private boolean paused;
    private boolean ended;
    private @Nullable Throwable failure;

    private RequestBody(HttpServerRequest request) {
        this.request = request;
    }

    /** Keeps a body that was read before a worker got its request. */
    public static void keep(RoutingContext context, byte[] body) {
        context.put(KEPT, body);
    }

    /** Drops the kept body. */
    public static void forget(RoutingContext context) {
        context.remove(KEPT);
    }

    /** Reads up to {@code most} bytes and one more, which shows that there are more. */
    public static byte[] bytes(RoutingContext context, int most) throws IOException {
        return context.get(KEPT) instanceof byte[] body ? body : of(context).readNBytes(most + 1);
    }

    /** The kept body, or a stream that begins to receive now. */
    public static InputStream of(RoutingContext context) {
        if (context.get(KEPT) instanceof byte[] body) {
            return new ByteArrayInputStream(body);
        }
        HttpServerRequest request = context.request();
        if (request.isEnded()) {
            return InputStream.nullInputStream();
        }
        RequestBody body = new RequestBody(request);
        request.handler(body::arrive);
        request.endHandler(nothing -> body.end());
        request.exceptionHandler(body::fail);
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.resume();
        if (request.response().closed()) {
            // No event follows in that case.
            body.fail(new ClosedChannelException());
        }
        return body;
    }

    private synchronized void arrive(Buffer buffer) {
        arrived.add(buffer);
        arrivedBytes += buffer.length();
        if (arrivedBytes >= AHEAD_BYTES && !paused) {
            paused = true;
            request.pause();
        }
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private synchronized void fail(Throwable cause) {
        failure = cause;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        await();
        Buffer first = arrived.peek();
        if (first == null) {
            return -1;
        }
        int n = Math.min(length, first.length() - position);
        first.getBytes(position, position + n, target, offset);
        position += n;
        if (position == first.length()) {
            arrived.remove();
            position = 0;
            arrivedBytes -= first.length();
            if (paused && arrivedBytes < AHEAD_BYTES / 2) {
                paused = false;
                request.resume();
            }
        }
        return n;
    }

    private void await() throws IOException {
        long giveUp = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (arrived.isEmpty() && !ended) {
            if (failure != null) {
                throw new ClientGone("the client broke off", failure);
            }
            long left = (giveUp - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new ClientGone("the client sent nothing for " + PATIENCE_MILLIS / 1000 + " s", null);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the server is stopping");
            }
        }
    }
}
