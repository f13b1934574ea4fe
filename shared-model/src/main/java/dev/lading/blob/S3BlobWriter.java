package dev.lading.blob;

import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.RegistryException.UploadUnknown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Gathers parts in a file and sends each when it is large enough. A blob smaller than a part is one PUT. Part sizes
 * double every hundred parts, so that any size S3 takes has few of them.
 */
final class S3BlobWriter implements BlobWriter {
    /** Smallest part that S3 accepts, except for the last. */
    private static final long PART_MIN_BYTES = 5L * 1024 * 1024;

    private static final long PART_BYTES = 16L * 1024 * 1024;
    private static final int PARTS_OF_ONE_SIZE = 100;

    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;

    private final S3Client s3;
    private final String bucket;
    private final BlobKey key;
    private final SpoolFolder spoolFolder;
    private final Path spoolFile;
    private final FileChannel spool;
    private final S3UploadState started;
    private final long startedBytes;

    private S3UploadState state;
    private long sizeBytes;
    private boolean kept;

    /** Whether the tail's object holds the same bytes as the spool. */
    private boolean tailIsCurrent;

    /**
     * Whether the blob's object is there and what would make another is gone: a commit was done whose caller may have
     * died. What is written then goes nowhere.
     */
    private boolean ended;

    /** Whether the tail of before is in the spool. It is fetched only when more is to follow it in a part or object. */
    private boolean fetched;

    /** ETag of the tail where an earlier build kept it under the blob's name, to be replaced. */
    private @Nullable String replaced;

    S3BlobWriter(S3Client s3, String bucket, BlobKey key, Written written, SpoolFolder spoolFolder) throws IOException {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
        this.state = S3UploadState.parse(written.state());
        this.started = state;
        this.startedBytes = written.sizeBytes();
        this.sizeBytes = startedBytes;
        this.spoolFolder = spoolFolder;
        this.spoolFile = spoolFolder.create();
        this.spool = open();
        this.fetched = state.tailBytes() == 0;
    }

    private FileChannel open() throws IOException {
        try {
            return FileChannel.open(spoolFile, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException | RuntimeException e) {
            spoolFolder.remove(spoolFile);
            throw e;
        }
    }

    private void fetchTail() throws IOException {
        if (fetched) {
            return;
        }
        fetched = true;
        String tailKey = state.tailKey(key);
        try (var tail = s3.getObject(r -> r.bucket(bucket).key(tailKey))) {
            GetObjectResponse object = tail.response();
            if (state.isTailAtBlob() && object.contentLength() == state.tailBytes() && !isOfParts(object.eTag())) {
                replaced = object.eTag();
            }
            spool.transferFrom(Channels.newChannel(tail), 0, state.tailBytes());
            spool.position(state.tailBytes());
        } catch (S3Exception e) {
            if (!S3BlobStore.isAbsent(e)) {
                throw e;
            }
            end();
        }
    }

    private static boolean isOfParts(String etag) {
        return etag.contains("-");
    }

    /** A part's upload or a tail is gone: all was committed, or another request has gone on, or ended the upload. */
    private void end() throws IOException {
        if (blobObject() == null) {
            throw new UploadUnknown();
        }
        ended = true;
        spool.truncate(0);
    }

    private @Nullable HeadObjectResponse blobObject() {
        try {
            return s3.headObject(r -> r.bucket(bucket).key(S3BlobStore.blobKey(key)));
        } catch (S3Exception e) {
            if (S3BlobStore.isAbsent(e)) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        fetchTail();
        sizeBytes += length;
        if (ended) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
        while (bytes.hasRemaining()) {
            spool.write(bytes);
        }
        tailIsCurrent = false;
        if (spool.position() >= partBytes()) {
            sendPart();
        }
    }

    private long partBytes() {
        int doublings = state.etags().size() / PARTS_OF_ONE_SIZE;
        return Math.min(spoolFolder.partMaxBytes(), PART_BYTES << Math.min(doublings, 10));
    }

    private void sendPart() throws IOException {
        String id = state.multipartId();
        if (id == null) {
            id = s3.createMultipartUpload(r -> r.bucket(bucket).key(S3BlobStore.blobKey(key)))
                    .uploadId();
            state = state.withMultipart(id);
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
            state = state.withPart(etag);
        } catch (NoSuchUploadException e) {
            end();
        }
        spool.truncate(0);
    }

    private void put(String name, @Nullable String ifNoneMatch, @Nullable String ifMatch) throws IOException {
        var timeouts = S3Timeouts.sending(spool.position());
        s3.putObject(
                r -> r.bucket(bucket)
                        .key(name)
                        .ifNoneMatch(ifNoneMatch)
                        .ifMatch(ifMatch)
                        .overrideConfiguration(timeouts),
                spooled());
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
        if (ended) {
            throw new UploadUnknown();
        }
        if (spool.position() > 0 && !tailIsCurrent) {
            String name = S3BlobStore.newTailKey(key);
            put(name, null, null);
            state = state.withTail(name, spool.position());
            tailIsCurrent = true;
        }
        S3BlobStore.delete(s3, bucket, started.stale());
        state = state.without(started.stale());
        kept = true;
        return new Written(sizeBytes, state.toString());
    }

    @Override
    public boolean commit() throws IOException {
        boolean created = state.multipartId() == null ? putBlob() : completeBlob();
        kept = true;
        if (!created) {
            S3BlobStore.abort(s3, bucket, key, state.multipartId());
        }
        if (state.multipartId() != null || !state.tails().isEmpty()) {
            S3BlobStore.deleteTails(s3, bucket, key, state);
        }
        return created;
    }

    /** A tail that is all is fetched and sent: stores that know no condition on copies ignore it. */
    private boolean putBlob() throws IOException {
        fetchTail();
        if (replaced != null) {
            // An object of parts is never taken for a tail: of two writers that replace one, only one can.
            sendPart();
            return !ended && createOnce(this::complete);
        }
        return !ended && createOnce((none, match) -> put(S3BlobStore.blobKey(key), none, match));
    }

    private boolean completeBlob() throws IOException {
        try {
            if (tailRests()) {
                copyTail();
            } else {
                fetchTail();
                if (spool.position() > 0) {
                    sendPart();
                }
            }
            return !ended && createOnce(this::complete);
        } catch (NoSuchUploadException e) {
            end();
            return false;
        }
    }

    /** A request that makes the blob's object, on conditions: S3's headers of these names. */
    @FunctionalInterface
    private interface Creation {
        void send(@Nullable String ifNoneMatch, @Nullable String ifMatch) throws IOException;
    }

    /**
     * Creates the blob's object where there is none. An object with fewer bytes than the record had when this writer
     * started was never made a blob, and never will be: that needs the record as it was before. A writer that was
     * outrun left it, or an earlier build, which kept tails there; it is replaced, as is the tail that was read from
     * there, on the condition that it is still that object.
     */
    private boolean createOnce(Creation creation) throws IOException {
        if (isDone(creation, "*", null)) {
            return true;
        }
        HeadObjectResponse there = blobObject();
        if (there != null
                && there.contentLength() >= startedBytes
                && !there.eTag().equals(replaced)) {
            return false;
        }
        if (there != null && isDone(creation, null, there.eTag())) {
            return true;
        }
        throw busy();
    }

    private static boolean isDone(Creation creation, @Nullable String ifNoneMatch, @Nullable String ifMatch)
            throws IOException {
        try {
            creation.send(ifNoneMatch, ifMatch);
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == CONFLICT) {
                throw busy();
            }
            if (e.statusCode() == PRECONDITION_FAILED) {
                return false;
            }
            throw e;
        }
    }

    private static StoreBusy busy() {
        return new StoreBusy("another request is ending this upload", Duration.ofSeconds(1));
    }

    /**
     * Whether the tail is only in its object, and that has nothing more. In an earlier build a writer may have died
     * that had flushed more, and S3 copies a range of objects over 5 MB alone.
     */
    private boolean tailRests() throws IOException {
        if (fetched || state.tail() != null) {
            return !fetched;
        }
        try {
            return s3.headObject(r -> r.bucket(bucket).key(state.tailKey(key))).contentLength() == state.tailBytes();
        } catch (S3Exception e) {
            if (S3BlobStore.isAbsent(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Makes the tail a part where it is, in S3. */
    private void copyTail() throws IOException {
        String tailKey = state.tailKey(key);
        try {
            String etag = s3.uploadPartCopy(r -> r.sourceBucket(bucket)
                            .sourceKey(tailKey)
                            .destinationBucket(bucket)
                            .destinationKey(S3BlobStore.blobKey(key))
                            .uploadId(state.multipartId())
                            .partNumber(state.etags().size() + 1))
                    .copyPartResult()
                    .eTag();
            state = state.withPart(etag);
        } catch (S3Exception e) {
            if (!S3BlobStore.isAbsent(e)) {
                throw e;
            }
            end();
        }
    }

    private void complete(@Nullable String ifNoneMatch, @Nullable String ifMatch) {
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
                .ifNoneMatch(ifNoneMatch)
                .ifMatch(ifMatch)
                .multipartUpload(m -> m.parts(parts))
                .overrideConfiguration(S3Timeouts.completing()));
    }

    @Override
    public void close() throws IOException {
        spool.close();
        spoolFolder.remove(spoolFile);
        String id = state.multipartId();
        if (!kept && id != null && !id.equals(started.multipartId())) {
            // No record names it.
            s3.abortMultipartUpload(
                    r -> r.bucket(bucket).key(S3BlobStore.blobKey(key)).uploadId(id));
        }
    }
}
