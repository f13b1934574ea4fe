package dev.lading.sync.demand;

import dev.lading.content.ArrivingBytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A blob that is being fetched, for as many readers as there are. Its bytes are in a file without a name, which is gone
 * with the process; a reader that is slow keeps the file, and holds up nobody.
 */
final class ArrivingBlob {
    private final long sizeBytes;
    private final FileChannel file;
    private final List<Runnable> told = new CopyOnWriteArrayList<>();

    private volatile Runnable begun = () -> {};

    /** Guarded by this, as is all that follows. */
    private long arrived;

    private boolean verified;
    private Optional<Throwable> failure = Optional.empty();

    /** Readers, and the fetch itself. */
    private int users = 1;

    private ArrivingBlob(long sizeBytes, FileChannel file) {
        this.sizeBytes = sizeBytes;
        this.file = file;
    }

    static ArrivingBlob begin(long sizeBytes) throws IOException {
        Path path = Files.createTempFile("lading-arriving-", "");
        try {
            return new ArrivingBlob(
                    sizeBytes, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } finally {
            // What is open stays; what would have a name would stay after a kill.
            Files.delete(path);
        }
    }

    /** Says who is told of the first bytes: before them a client can still be answered that there are none. */
    void whenBegun(Runnable told) {
        begun = told;
    }

    /** The stream, of which all that is read arrives here. */
    InputStream through(InputStream content) {
        return new FilterInputStream(content) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                if (count > 0 && failure().isEmpty()) {
                    try {
                        arrive(ByteBuffer.wrap(target, offset, count));
                    } catch (IOException e) {
                        // The blob is stored all the same; who reads it meanwhile has to ask again.
                        failed(e);
                    }
                }
                return count;
            }
        };
    }

    private void arrive(ByteBuffer bytes) throws IOException {
        long at = arrived();
        // More than there should be: the fetch refuses it, and nobody reads it.
        if (at + bytes.remaining() > sizeBytes) {
            return;
        }
        int count = bytes.remaining();
        for (long position = at; bytes.hasRemaining(); ) {
            position += file.write(bytes, position);
        }
        synchronized (this) {
            arrived += count;
        }
        if (at == 0) {
            begun.run();
        }
        tell();
    }

    private synchronized long arrived() {
        return arrived;
    }

    /** Lets readers have the end of a blob that is verified and kept. */
    void verified() {
        synchronized (this) {
            verified = failure.isEmpty();
        }
        tell();
    }

    /** Ends the reading of a blob that is not. */
    void failed(Throwable why) {
        synchronized (this) {
            failure = Optional.of(why);
        }
        tell();
    }

    private synchronized Optional<Throwable> failure() {
        return failure;
    }

    private void tell() {
        told.forEach(Runnable::run);
    }

    /** A reader, from the first byte on; empty: nobody can read it any more, and what is stored has to do. */
    synchronized Optional<ArrivingBytes> reader() {
        if (users == 0 || failure.isPresent()) {
            return Optional.empty();
        }
        users++;
        return Optional.of(new Reader());
    }

    /** Ends a use, the fetch's own among them. */
    synchronized void release() {
        users--;
        if (users == 0) {
            try {
                file.close();
            } catch (IOException e) {
                // It has no name, and nobody reads it.
                failure = Optional.of(e);
            }
        }
    }

    private final class Reader implements ArrivingBytes {
        private Optional<Runnable> listener = Optional.empty();
        private boolean closed;

        @Override
        public long sizeBytes() {
            return sizeBytes;
        }

        @Override
        public long available() {
            synchronized (ArrivingBlob.this) {
                return verified ? sizeBytes : Math.max(0, Math.min(arrived, sizeBytes - ArrivingBytes.HELD_BACK));
            }
        }

        @Override
        public long transfer(long position, long count, WritableByteChannel target) throws IOException {
            return file.transferTo(position, Math.min(count, available() - position), target);
        }

        @Override
        public Optional<Throwable> failure() {
            return ArrivingBlob.this.failure();
        }

        @Override
        public void onChange(Runnable change) {
            listener = Optional.of(change);
            told.add(change);
            change.run();
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            listener.ifPresent(told::remove);
            release();
        }
    }
}
