package dev.lading.bundle.store;

import dev.lading.blob.S3Timeouts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An object that is sent in parts while it is made: one part is sent and the next one is filled, which is all that is
 * in memory. Without {@link #complete} there is no object.
 */
final class S3PartsOutput extends OutputStream {
    static final int PART_BYTES = 16 * 1024 * 1024;

    /** Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
    private static final int MAX_PARTS = 10_000;

    private static final String CONTENT_TYPE = "application/x-tar";

    private final S3Client s3;
    private final String bucket;
    private final String key;
    private final String uploadId;
    private final List<CompletedPart> parts = new ArrayList<>();
    private byte[] filled = new byte[PART_BYTES];
    private byte[] spare = new byte[0];
    private int count;
    private int begun;
    private Optional<FutureTask<CompletedPart>> sending = Optional.empty();
    private boolean completed;

    S3PartsOutput(S3Client s3, String bucket, String key) {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
        this.uploadId = s3.createMultipartUpload(r -> r.bucket(bucket).key(key).contentType(CONTENT_TYPE))
                .uploadId();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int taken = 0;
        while (taken < length) {
            if (count == PART_BYTES) {
                sendPart();
            }
            int some = Math.min(length - taken, PART_BYTES - count);
            System.arraycopy(bytes, offset + taken, filled, count, some);
            count += some;
            taken += some;
        }
    }

    private void sendPart() throws IOException {
        if (begun == MAX_PARTS) {
            throw new IOException("a bundle on S3 has at most " + (long) MAX_PARTS * PART_BYTES
                    + " bytes; export fewer repositories or versions at once");
        }
        awaitPart();
        byte[] part = filled;
        int size = count;
        int number = ++begun;
        var task = new FutureTask<>(() -> send(part, size, number));
        Thread.ofVirtual().name("bundle-part").start(task);
        sending = Optional.of(task);
        filled = spare.length == 0 ? new byte[PART_BYTES] : spare;
        spare = part;
        count = 0;
    }

    private CompletedPart send(byte[] part, int size, int number) {
        var timeouts = S3Timeouts.sending(size);
        String etag = s3.uploadPart(
                        r -> r.bucket(bucket)
                                .key(key)
                                .uploadId(uploadId)
                                .partNumber(number)
                                .overrideConfiguration(timeouts),
                        RequestBody.fromContentProvider(
                                () -> new ByteArrayInputStream(part, 0, size), size, CONTENT_TYPE))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    private void awaitPart() throws IOException {
        if (sending.isEmpty()) {
            return;
        }
        try {
            parts.add(sending.get().get());
            sending = Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException("S3 did not take a part of " + key, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while S3 took a part of " + key);
        }
    }

    /** Sends what is left, and makes the object of all parts. */
    void complete() throws IOException {
        // S3 makes no object of no parts.
        if (count > 0 || begun == 0) {
            sendPart();
        }
        awaitPart();
        s3.completeMultipartUpload(r -> r.bucket(bucket)
                .key(key)
                .uploadId(uploadId)
                .multipartUpload(m -> m.parts(parts))
                .overrideConfiguration(S3Timeouts.completing()));
        completed = true;
    }

    /** Drops all parts unless there is the object. Those of a process that died are the bucket's to drop. */
    @Override
    public void close() {
        if (!completed) {
            sending.ifPresent(part -> part.cancel(true));
            s3.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(uploadId));
        }
    }
}
