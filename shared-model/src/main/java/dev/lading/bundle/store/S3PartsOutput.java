package dev.lading.bundle.store;

import dev.lading.blob.S3Timeouts;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.store.BundleStore.Begun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An object that is sent in parts while it is made: one part is sent and the next one is filled, which is all that is
 * in memory. Without {@link #complete} there is no object, but perhaps
 * parts that another run goes on with.
 */
final class S3PartsOutput extends OutputStream {
    static final int PART_BYTES = 16 * 1024 * 1024;

    /** Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
    private static final int MAX_PARTS = 10_000;

    private final S3Client s3;
    private final String bucket;
    private final String key;
    private final S3UploadedParts uploaded;
    private final boolean resumed;
    private final BooleanSupplier isTimeUp;
    private byte[] filled = new byte[PART_BYTES];
    private byte[] spare = new byte[0];
    private int count;
    private Optional<FutureTask<String>> sending = Optional.empty();
    private boolean kept;

    /** @param isTimeUp asked after each part; ends the writing by {@link TimeUp} */
    S3PartsOutput(S3Client s3, String bucket, String key, S3UploadedParts uploaded, BooleanSupplier isTimeUp) {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
        this.uploaded = uploaded;
        this.resumed = !uploaded.etags().isEmpty();
        this.isTimeUp = isTimeUp;
    }

    /** Another run is to go on. */
    static final class TimeUp extends RuntimeException {
        TimeUp() {
            super(null, null, false, false);
        }
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
                if (isTimeUp.getAsBoolean()) {
                    throw new TimeUp();
                }
            }
            int some = Math.min(length - taken, PART_BYTES - count);
            System.arraycopy(bytes, offset + taken, filled, count, some);
            count += some;
            taken += some;
        }
    }

    private void sendPart() throws IOException {
        awaitPart();
        int number = uploaded.etags().size() + 1;
        if (number > MAX_PARTS) {
            throw new BundleRefused("a bundle on S3 has at most " + (long) MAX_PARTS * PART_BYTES
                    + " bytes; export fewer repositories or versions at once");
        }
        byte[] part = filled;
        int size = count;
        var task = new FutureTask<>(() -> send(part, size, number));
        Thread.ofVirtual().name("bundle-part").start(task);
        sending = Optional.of(task);
        uploaded.hash().update(part, 0, size);
        filled = spare.length == 0 ? new byte[PART_BYTES] : spare;
        spare = part;
        count = 0;
    }

    private String send(byte[] part, int size, int number) {
        var timeouts = S3Timeouts.sending(size);
        return s3.uploadPart(
                        r -> r.bucket(bucket)
                                .key(key)
                                .uploadId(uploaded.uploadId())
                                .partNumber(number)
                                .overrideConfiguration(timeouts),
                        RequestBody.fromContentProvider(
                                () -> new ByteArrayInputStream(part, 0, size), size, S3BundleStore.CONTENT_TYPE))
                .eTag();
    }

    private void awaitPart() throws IOException {
        if (sending.isEmpty()) {
            return;
        }
        try {
            uploaded.etags().add(sending.get().get());
            sending = Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException("S3 did not take a part of " + key, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while S3 took a part of " + key);
        }
    }

    /** What another run goes on with, after {@link TimeUp}. */
    Begun rest() throws IOException {
        awaitPart();
        var begun = new Begun(uploaded.state(), (long) uploaded.etags().size() * PART_BYTES);
        kept = true;
        return begun;
    }

    /** Sends what is left, makes the object of all parts, and returns its SHA-256 in hex. */
    String complete() throws IOException {
        // S3 makes no object of no parts.
        if (count > 0 || (uploaded.etags().isEmpty() && sending.isEmpty())) {
            sendPart();
        }
        awaitPart();
        List<CompletedPart> parts = new ArrayList<>();
        for (String etag : uploaded.etags()) {
            parts.add(CompletedPart.builder()
                    .partNumber(parts.size() + 1)
                    .eTag(etag)
                    .build());
        }
        s3.completeMultipartUpload(r -> r.bucket(bucket)
                .key(key)
                .uploadId(uploaded.uploadId())
                .multipartUpload(m -> m.parts(parts))
                .overrideConfiguration(S3Timeouts.completing()));
        kept = true;
        return HexFormat.of().formatHex(uploaded.hash().digest());
    }

    /**
     * Drops all parts unless they are needed: an earlier run's may be gone on with again. Those of a process that died
     * are the bucket's to drop.
     */
    @Override
    public void close() {
        if (!kept) {
            sending.ifPresent(part -> part.cancel(true));
        }
        if (!kept && !resumed) {
            s3.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(uploaded.uploadId()));
        }
    }
}
