package dev.lading.upstream.transport;

import dev.lading.oci.MediaType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/** An answer whose body is still to be read. Closing it early gives up its connection. */
public final class Answer implements AutoCloseable {
    /** The most bytes that are read to keep the connection: reading more costs more than a new one. */
    private static final int DRAIN_BYTES = 64 * 1024;

    private final URI from;
    private final ClassicHttpResponse response;
    private final Network network;
    private final TimeLimit limit;
    private final Runnable giveUp;
    private boolean whole;

    /**
     * @param network of the host that answered
     * @param limit of time for the whole answer
     * @param giveUp closes its connection
     */
    Answer(URI from, ClassicHttpResponse response, Network network, TimeLimit limit, Runnable giveUp) {
        this.from = from;
        this.response = response;
        this.network = network;
        this.limit = limit;
        this.giveUp = giveUp;
    }

    /** Address that answered, after the last redirect. */
    public URI from() {
        return from;
    }

    /** Network of the host that answered. */
    Network network() {
        return network;
    }

    /** Whether the request's own origin answered, not a redirect's target. */
    public boolean isFrom(Request request) {
        return Origin.of(from).equals(Origin.of(request.uri()));
    }

    /** Host as in the address, for messages. */
    public String host() {
        return from.getRawAuthority();
    }

    public int status() {
        return response.getCode();
    }

    public Optional<String> header(String name) {
        return headers(name).findFirst();
    }

    public Stream<String> headers(String name) {
        return Stream.of(response.getHeaders(name)).map(Header::getValue);
    }

    /** Media type from {@code Content-Type}, without parameters. */
    public Optional<MediaType> mediaType() {
        return header("Content-Type")
                .map(MediaType::ofHeader)
                .filter(type -> !type.value().isEmpty());
    }

    /** Value of Content-Length; an answer to HEAD has one without a body. */
    public OptionalLong lengthBytes() throws IOException {
        Optional<String> length = header("Content-Length").map(String::strip);
        if (length.isPresent() && !length.get().matches("[0-9]{1,18}")) {
            throw new IOException("Content-Length is no number of bytes");
        }
        return length.isPresent() ? OptionalLong.of(Long.parseLong(length.get())) : OptionalLong.empty();
    }

    /** The body without the default time limit, readable as long as it makes progress. */
    public InputStream stream() throws IOException {
        if (limit.isDefault()) {
            limit.close();
        }
        return body();
    }

    /**
     * The body, streamed within the time limit. Callers close this answer, not the stream.
     *
     * @param tooLarge thrown when there are more bytes than that
     */
    public InputStream body(long maxBytes, Supplier<? extends RuntimeException> tooLarge) throws IOException {
        if (lengthBytes().orElse(0) > maxBytes) {
            throw tooLarge.get();
        }
        InputStream whole = body();
        return new InputStream() {
            private long left = maxBytes;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = whole.read(buffer, offset, length);
                left -= Math.max(count, 0);
                if (left < 0) {
                    throw tooLarge.get();
                }
                return count;
            }
        };
    }

    private InputStream body() throws IOException {
        if (response.getEntity() == null) {
            return InputStream.nullInputStream();
        }
        long length = lengthBytes().orElse(Long.MAX_VALUE);
        return new FilterInputStream(response.getEntity().getContent()) {
            private long count;

            @Override
            public int read() throws IOException {
                return note(limit.explain(() -> in.read()), 1);
            }

            @Override
            public int read(byte[] buffer, int offset, int most) throws IOException {
                int read = limit.explain(() -> in.read(buffer, offset, most));
                return note(read, read);
            }

            private int note(int read, int bytes) {
                count += Math.max(bytes, 0);
                whole |= read < 0 || count >= length;
                return read;
            }
        };
    }

    /** The whole body; empty: it is larger than {@code maxBytes}. */
    public Optional<byte[]> bytes(int maxBytes) throws IOException {
        OptionalLong length = lengthBytes();
        if (length.isPresent() && length.getAsLong() > maxBytes) {
            return Optional.empty();
        }
        byte[] bytes = body().readNBytes(maxBytes + 1);
        return bytes.length > maxBytes ? Optional.empty() : Optional.of(bytes);
    }

    /** Reads the rest of the body if it is small, so that the connection can be reused. */
    public void drain() {
        try (this) {
            bytes(DRAIN_BYTES);
        } catch (IOException e) {
            // The connection is then not reused; nothing else is lost.
        }
    }

    @Override
    public void close() {
        limit.close();
        if (!whole) {
            // Otherwise closing would read all that the upstream still sends, even without end.
            giveUp.run();
        }
        try {
            response.close();
        } catch (IOException e) {
            // The connection is given up, broken or not.
        }
    }
}
