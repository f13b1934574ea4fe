package dev.lading.blob;

import static java.util.Objects.requireNonNull;

import dev.lading.oci.RegistryException.UploadUnknown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Gathers parts in a file and sends each when it is large enough. A blob smaller than a part is one PUT. Part sizes
 * double every hundred parts, so that any size S3 takes has few of them.
 */
final class S3BlobWriter implements BlobWriter {
    /** Smallest part that S3 accepts, except for the last. */
    private static final long PART_MIN_BYTES = 5L * 1024 * 1024;

    private static final long PART_BYTES = 16L * 1024 * 1024;
    private static final int PARTS_OF_ONE_SIZE = 100;
    private static final long PART_MAX_BYTES = 4L * 1024 * 1024 * 1024;

    private final S3Client s3;
    private final String bucket;
    private final BlobKey key;
    private final Path spoolFile;
    private final FileChannel spool;
    private final String startedWith;

    private S3UploadState state;
    private long sizeBytes;
    private boolean kept;

    /** Whether the tail's object holds the same bytes as the spool. */
    private boolean tailIsCurrent;

    /** Whether the tail of before is in the spool. It is fetched only when more is to follow it in a part or object. */
    private boolean fetched;

    S3BlobWriter(S3Client s3, String bucket, BlobKey key, Written written, Path spoolFolder) throws IOException {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
        this.state = S3UploadState.parse(written.state());
        this.startedWith = String.valueOf(state.multipartId());
        this.sizeBytes = written.sizeBytes();
        this.spoolFile = Files.createTempFile(spoolFolder, "part-", ".spool");
        this.spool = FileChannel.open(spoolFile, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.fetched = state.tailBytes() == 0;
    }

    private void fetchTail() throws IOException {
        if (fetched) {
            return;
        }
        fetched = true;
        String tailKey = state.tailKey(key);
        try (var tail = s3.getObject(r -> r.bucket(bucket).key(tailKey))) {
            spool.transferFrom(Channels.newChannel(tail), 0, state.tailBytes());
            spool.position(state.tailBytes());
            // Longer, if a writer flushed more and died before that was recorded.
            tailIsCurrent = tail.response().contentLength() == state.tailBytes();
        }
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        fetchTail();
        ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
        while (bytes.hasRemaining()) {
            spool.write(bytes);
        }
        sizeBytes += length;
        tailIsCurrent = false;
        if (spool.position() >= partBytes()) {
            sendPart();
        }
    }

    private long partBytes() {
        int doublings = state.etags().size() / PARTS_OF_ONE_SIZE;
        return Math.min(PART_MAX_BYTES, PART_BYTES << Math.min(doublings, 10));
    }

    private void sendPart() throws IOException {
        String id = state.multipartId();
        if (id == null) {
            id = s3.createMultipartUpload(r -> r.bucket(bucket).key(S3BlobStore.blobKey(key)))
                    .uploadId();
            state = new S3UploadState(id, state.etags(), 0);
        }
        String multipartId = id;
        int number = state.etags().size() + 1;
        var timeouts = S3Timeouts.sending(spool.position());
        try {
            String etag = s3.uploadPart(
                            r -> r.bucket(bucket)
                                    .key(S3BlobStore.blobKey(key))
                                    .uploadId(multipartId)
                                    .partNumber(number)
                                    .overrideConfiguration(timeouts),
                            spooled())
                    .eTag();
            state = state.withPart(multipartId, etag);
        } catch (NoSuchUploadException e) {
            throw new UploadUnknown();
        }
        spool.truncate(0);
    }

    private void put(String name) throws IOException {
        var timeouts = S3Timeouts.sending(spool.position());
        s3.putObject(r -> r.bucket(bucket).key(name).overrideConfiguration(timeouts), spooled());
    }

    private RequestBody spooled() throws IOException {
        return RequestBody.fromContentProvider(
                () -> {
                    try {
                        // A stream of its own: closing it must not close the spool, and a retry reads from the start.
                        return Files.newInputStream(spoolFile);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                spool.position(),
                "application/octet-stream");
    }

    @Override
    public Written flush() throws IOException {
        if (!fetched) {
            kept = true;
            return new Written(sizeBytes, state.toString());
        }
        if (spool.position() >= PART_MIN_BYTES) {
            sendPart();
        }
        if (spool.position() > 0 && !tailIsCurrent) {
            String tailKey = state.tailKey(key);
            put(tailKey);
            tailIsCurrent = true;
        }
        state = state.withTail(spool.position());
        kept = true;
        return new Written(sizeBytes, state.toString());
    }

    @Override
    public void commit() throws IOException {
        try {
            commitObject();
        } catch (NoSuchUploadException e) {
            throw new UploadUnknown();
        }
        kept = true;
    }

    private void commitObject() throws IOException {
        if (state.multipartId() == null) {
            if (tailRests()) {
                return;
            }
            fetchTail();
            if (!tailIsCurrent) {
                put(S3BlobStore.blobKey(key));
            }
        } else {
            complete();
        }
    }

    /**
     * Whether the tail is only in its object, and that has nothing more: a writer may have died that had flushed more,
     * and S3 copies a range of objects over 5 MB alone.
     */
    private boolean tailRests() {
        return !fetched
                && s3.headObject(r -> r.bucket(bucket).key(state.tailKey(key))).contentLength() == state.tailBytes();
    }

    /** Makes the tail a part where it is, in S3. */
    private void copyTail() {
        String multipartId = requireNonNull(state.multipartId());
        String tailKey = state.tailKey(key);
        String etag = s3.uploadPartCopy(r -> r.sourceBucket(bucket)
                        .sourceKey(tailKey)
                        .destinationBucket(bucket)
                        .destinationKey(S3BlobStore.blobKey(key))
                        .uploadId(multipartId)
                        .partNumber(state.etags().size() + 1))
                .copyPartResult()
                .eTag();
        state = state.withPart(multipartId, etag);
    }

    private void complete() throws IOException {
        if (tailRests()) {
            copyTail();
        } else {
            fetchTail();
            if (spool.position() > 0) {
                sendPart();
            }
        }
        List<CompletedPart> parts = new ArrayList<>();
        for (String etag : state.etags()) {
            parts.add(CompletedPart.builder()
                    .partNumber(parts.size() + 1)
                    .eTag(etag)
                    .build());
        }
        s3.completeMultipartUpload(r -> r.bucket(bucket)
                .key(S3BlobStore.blobKey(key))
                .uploadId(state.multipartId())
                .multipartUpload(m -> m.parts(parts))
                .overrideConfiguration(S3Timeouts.completing()));
        S3BlobStore.deleteTails(s3, bucket, key, state.etags().size());
    }

    @Override
    public void close() throws IOException {
        spool.close();
        Files.delete(spoolFile);
        String id = state.multipartId();
        if (!kept && id != null && !id.equals(startedWith)) {
            // No record names it.
            s3.abortMultipartUpload(
                    r -> r.bucket(bucket).key(S3BlobStore.blobKey(key)).uploadId(id));
        }
    }
}
