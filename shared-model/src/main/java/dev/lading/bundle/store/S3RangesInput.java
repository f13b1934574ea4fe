package dev.lading.bundle.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An object from its first byte to its last. Where a connection breaks, another goes on from there. */
final class S3RangesInput extends InputStream {
    /** Connections that break one after another without a byte between them. */
    private static final int BREAKS = 5;

    private final S3Client s3;
    private final String bucket;
    private final String key;
    private final String etag;
    private final long sizeBytes;
    private long position;
    private int breaks;
    private Optional<ResponseInputStream<GetObjectResponse>> range = Optional.empty();

    /** @param etag of what is read: nothing of another object that takes its place meanwhile */
    S3RangesInput(S3Client s3, String bucket, String key, String etag, long sizeBytes) {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
        this.etag = etag;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position < sizeBytes) {
            try {
                int count = rest().read(bytes, offset, length);
                if (count < 0) {
                    throw new EOFException("S3 ended " + key + " at byte " + position + " of " + sizeBytes);
                }
                position += count;
                breaks = 0;
                return count;
            } catch (IOException broken) {
                close();
                if (++breaks == BREAKS) {
                    throw broken;
                }
            }
        }
        return -1;
    }

    private InputStream rest() throws IOException {
        if (range.isEmpty()) {
            try {
                range = Optional.of(s3.getObject(
                        r -> r.bucket(bucket).key(key).ifMatch(etag).range("bytes=" + position + "-")));
            } catch (SdkException e) {
                // The client has tried again by itself.
                breaks = BREAKS - 1;
                throw new IOException("cannot read " + key + " from byte " + position + ": " + e.getMessage(), e);
            }
        }
        return range.get();
    }

    /** Ends the connection, of which closing alone would read the rest. */
    @Override
    public void close() {
        range.ifPresent(ResponseInputStream::abort);
        range = Optional.empty();
    }
}
