package dev.lading.upstream;

import dev.lading.upstream.http.MinimumProgress;
import dev.lading.upstream.http.Pace;
import dev.lading.upstream.http.Retries;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A stream of a blob's bytes, starting at {@link #startsAt}. When the connection breaks or is too slow, reading resumes
 * with a Range request where it stopped, up to the remote's {@code max_retries} times without progress. The reader
 * checks the digest.
 *
 * <p>Reading throws {@link UpstreamException} when it cannot resume, and no {@link IOException}.
 */
public final class BlobBody extends InputStream {
    /** Bytes that must arrive after a failure before the retry count is reset. */
    private static final long PROGRESS_BYTES = 64 * 1024;

    private final Request request;
    private final Source source;
    private final Retries retries;
    private final Pace pace;
    private final Runnable closed;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final long startsAt;
    private final OptionalLong totalBytes;
    private final OptionalLong likely;
    private final byte[] single = new byte[1];
    private Part part;
    private MinimumProgress progress;

    /** Offset in the blob of the next byte to read. */
    private long position;

    /**
     * Offset in the blob of the next byte of {@link #part}; before {@link #position} if the upstream restarted at 0.
     */
    private long partPosition;

    private long failedAt;

    /**
     * @param likely size of the whole, where the upstream says none
     * @param closed runs once, on the first close
     */
    BlobBody(
            Request request,
            Source source,
            Part part,
            OptionalLong likely,
            Retries retries,
            Pace pace,
            Runnable closed) {
        this.request = request;
        this.source = source;
        this.retries = retries;
        this.pace = pace;
        this.closed = closed;
        this.part = part;
        this.progress = new MinimumProgress(pace);
        this.startsAt = part.startsAt();
        this.totalBytes = part.totalBytes();
        this.likely = likely;
        this.position = startsAt;
        this.partPosition = startsAt;
        this.failedAt = startsAt;
    }

    /** Opens a blob at an offset. */
    @FunctionalInterface
    interface Source {
        Part open(long from, Retries retries);
    }

    /**
     * The body of one answer.
     *
     * @param totalBytes of the whole blob; empty: not known
     */
    record Part(Answer answer, InputStream stream, long startsAt, OptionalLong totalBytes) {}

    /** Offset of the first byte: the offset asked for, or 0 if the upstream does not serve ranges. */
    public long startsAt() {
        return startsAt;
    }

    /** Size of the whole blob; empty: the upstream did not say. */
    public OptionalLong totalBytes() {
        return totalBytes;
    }

    @Override
    public int read() {
        int count = read(single, 0, 1);
        return count < 0 ? count : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        while (length > 0) {
            try {
                skipToPosition(buffer, offset, length);
                int count = readPart(buffer, offset, length);
                position += Math.max(count, 0);
                return count;
            } catch (IOException e) {
                goOn(e);
            }
        }
        return 0;
    }

    @Override
    public void close() {
        if (open.getAndSet(false)) {
            part.answer().close();
            closed.run();
        }
    }

    /** Skips the bytes that were read before. */
    private void skipToPosition(byte[] buffer, int offset, int length) throws IOException {
        while (partPosition < position) {
            int most = (int) Math.min(length, position - partPosition);
            if (readPart(buffer, offset, most) < 0) {
                throw new EOFException("it ends before byte " + position);
            }
        }
    }

    private int readPart(byte[] buffer, int offset, int length) throws IOException {
        int count = progress.watch(() -> part.stream().read(buffer, offset, length));
        if (count >= 0) {
            partPosition += count;
        } else if (partPosition < end()) {
            throw new EOFException("it ends at byte " + partPosition + " of " + end());
        }
        return count;
    }

    /** Where it should end; an answer to a resumption may be the first that says so. */
    private long end() {
        OptionalLong said = totalBytes.isPresent() ? totalBytes : part.totalBytes();
        return said.isPresent() ? said.getAsLong() : likely.orElse(0);
    }

    private void goOn(IOException cause) {
        part.answer().close();
        if (position - failedAt >= PROGRESS_BYTES) {
            retries.progressed();
        }
        failedAt = position;
        retries.failed(part.answer().host(), request, cause);
        part = source.open(position, retries);
        partPosition = part.startsAt();
        progress = new MinimumProgress(pace);
        if (totalBytes.isPresent()
                && part.totalBytes().isPresent()
                && !part.totalBytes().equals(totalBytes)) {
            throw new InvalidAnswer(part.answer().host() + " says that " + request.what() + " has "
                    + part.totalBytes().getAsLong() + " bytes, having said " + totalBytes.getAsLong());
        }
    }
}
