package dev.lading.imports;

import dev.lading.bundle.BundleReader.Keeper;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the files of an archive, which are read one after the other, while the next ones are read: a disk, or S3, takes
 * as long to make a file durable as a processor to compute its digest.
 */
final class KeptSideBySide implements Closeable {
    private static final int AT_ONCE = 3;

    /** Not virtual: computing digests would keep others from the few threads that carry those. */
    private static final ThreadFactory THREADS =
            Thread.ofPlatform().daemon().name("bundle-file-", 0).factory();

    private final Semaphore room = new Semaphore(AT_ONCE);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /**
     * Begins to keep a file, and returns when it is read to its end.
     *
     * @throws IOException if this or an earlier one could not be kept
     */
    void keep(InputStream content, Keeper keeper) throws IOException {
        acquire(1);
        var read = new CompletableFuture<Void>();
        THREADS.newThread(() -> keep(new UntilRead(content, read), keeper, read))
                .start();
        await(read);
        requireKept();
    }

    private void keep(InputStream content, Keeper keeper, CompletableFuture<Void> read) {
        try {
            keeper.keep(content);
        } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        } finally {
            room.release();
            read.complete(null);
        }
    }

    private static void await(CompletableFuture<Void> read) throws IOException {
        try {
            read.get();
        } catch (InterruptedException e) {
            throw stopping();
        } catch (ExecutionException e) {
            throw new IllegalStateException("it is completed in one way alone", e);
        }
    }

    private void acquire(int permits) throws IOException {
        try {
            room.acquire(permits);
        } catch (InterruptedException e) {
            throw stopping();
        }
    }

    private static InterruptedIOException stopping() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the server is stopping");
    }

    /**
     * Waits until all files that were begun are kept.
     *
     * @throws IOException if one could not be
     */
    void await() throws IOException {
        acquire(AT_ONCE);
        room.release(AT_ONCE);
        requireKept();
    }

    private void requireKept() throws IOException {
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException("a file of the archive could not be kept", e);
        }
    }

    /** Waits for those that are being kept, so that none is after the import has ended. */
    @Override
    public void close() {
        room.acquireUninterruptibly(AT_ONCE);
    }

    /** Tells when there is nothing more to read. */
    private static final class UntilRead extends FilterInputStream {
        private final CompletableFuture<Void> read;

        UntilRead(InputStream content, CompletableFuture<Void> read) {
            super(content);
            this.read = read;
        }

        @Override
        public int read() throws IOException {
            return told(super.read());
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return told(super.read(into, offset, length));
        }

        private int told(int count) {
            if (count < 0) {
                read.complete(null);
            }
            return count;
        }
    }
}
