package dev.lading.http.late;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpServerResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer's body as a worker writes it, past JAX-RS, whose stream gathers an answer whole and waits for its reader
 * without end. Here the worker is a few pieces ahead of the network, and leaves a reader that takes none.
 */
public final class AnswerStream extends OutputStream {
    private static final int GATHERED_BYTES = 64 * 1024;
    private static final int PIECE_BYTES = 256 * 1024;
    private static final int PIECES = 4;
    private static final long PATIENCE_SECONDS = 60;

    private final HttpServerResponse response;

    /**
     * Those that are not on their way. The same ones are used again and again: larger than Netty's pool takes, others
     * would be freed by the garbage collector alone, long after they were sent.
     */
    private final BlockingQueue<ByteBuf> free = new ArrayBlockingQueue<>(PIECES);

    /** Why nothing more is sent. */
    private volatile @Nullable IOException failure;

    private boolean closed;

    private AnswerStream(HttpServerResponse response) {
        this.response = response;
        for (int i = 0; i < PIECES; i++) {
            free.add(Unpooled.directBuffer(PIECE_BYTES, PIECE_BYTES));
        }
    }

    /** Begins an answer whose length nobody tells; JAX-RS ends it once the stream is closed. */
    public static OutputStream begin(HttpServerResponse response) {
        response.setChunked(true);
        return new BufferedOutputStream(new AnswerStream(response), GATHERED_BYTES);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = offset; at < offset + length; ) {
            int count = Math.min(PIECE_BYTES, offset + length - at);
            ByteBuf piece = take();
            piece.clear().writeBytes(bytes, at, count);
            // Who sends it gives up a share of its own.
            var _ = response.write(BufferImpl.buffer(piece.retainedDuplicate()))
                    .onComplete(sent -> sent(piece, sent.cause()));
            at += count;
        }
    }

    private synchronized void sent(ByteBuf piece, @Nullable Throwable cause) {
        if (cause != null) {
            failure = new ClientGone("the client broke off", cause);
        }
        if (closed) {
            piece.release();
        } else {
            free.add(piece);
        }
    }

    private ByteBuf take() throws IOException {
        requireReader();
        try {
            ByteBuf piece = free.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (piece == null) {
                failure = new ClientGone("the client took nothing for " + PATIENCE_SECONDS + " s", null);
                throw failure;
            }
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new InterruptedIOException("the server is stopping");
            throw failure;
        }
    }

    private void requireReader() throws IOException {
        if (failure != null) {
            throw new ClientGone("the answer was broken off", failure);
        }
    }

    /** Waits until all is sent, as long as somebody takes it. */
    @Override
    public void close() throws IOException {
        try {
            for (int taken = 0; taken < PIECES; taken++) {
                take().release();
            }
            requireReader();
        } finally {
            releaseAll();
        }
    }

    private synchronized void releaseAll() {
        closed = true;
        for (ByteBuf piece = free.poll(); piece != null; piece = free.poll()) {
            piece.release();
        }
    }
}
