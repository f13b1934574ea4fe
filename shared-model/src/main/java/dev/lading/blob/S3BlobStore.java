package dev.lading.blob;

import dev.lading.metadata.Page;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Blobs as objects of one bucket: {@code blobs/<key>}, and beside it, while an upload is idle,
 * {@code tails/<key>.<random>} for bytes that do not make a part yet. Each object is written once: of writers of one
 * upload, one creates the blob's, by a condition that S3 checks, and each flush has a tail of its own. So an upload
 * resumed from an earlier state, because the process died before it recorded a later one, finds the tail of that state.
 */
public final class S3BlobStore implements BlobStore {
    private static final String BLOBS = "blobs/";
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    /** The most objects in one delete request. */
    private static final int DELETES = 1000;

    private static final String CONTENT_TYPE = "application/octet-stream";

    private final S3Client s3;
    private final S3Presigner presigner;
    private final String bucket;
    private final SpoolFolder spoolFolder;

    public S3BlobStore(S3Client s3, S3Presigner presigner, String bucket, SpoolFolder spoolFolder) {
        this.s3 = s3;
        this.presigner = presigner;
        this.bucket = bucket;
        this.spoolFolder = spoolFolder;
    }

    static String blobKey(BlobKey key) {
        return BLOBS + key;
    }

    static String newTailKey(BlobKey key) {
        return "tails/%s.%s".formatted(key, BlobKey.random());
    }

    /** Where earlier builds kept the tail behind so many parts. */
    static String earlierTailKey(BlobKey key, int partsBefore) {
        return "tails/%s.%05d".formatted(key, partsBefore);
    }

    /** Without s3:ListBucket, S3 answers 403, not 404, for an absent key. */
    public static boolean isAbsent(S3Exception e) {
        return e.statusCode() == NOT_FOUND || e.statusCode() == FORBIDDEN;
    }

    @Override
    public BlobWriter write(BlobKey key, Written written) throws IOException {
        return new S3BlobWriter(s3, bucket, key, written, spoolFolder);
    }

    @Override
    public OptionalLong sizeBytes(BlobKey key) {
        try {
            return OptionalLong.of(
                    s3.headObject(r -> r.bucket(bucket).key(blobKey(key))).contentLength());
        } catch (S3Exception e) {
            if (isAbsent(e)) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    // By name, not by continuation token, so that whoever goes on need not be who began.
    @Override
    public Page<Listed> list(Optional<String> after) {
        var page = s3.listObjectsV2(r -> r.bucket(bucket)
                .prefix(BLOBS)
                .startAfter(after.map(name -> BLOBS + name).orElse(null)));
        List<Listed> blobs = page.contents().stream()
                .filter(object -> BlobKey.isValid(name(object)))
                .map(object -> new Listed(new BlobKey(name(object)), object.size()))
                .toList();
        return new Page<>(
                blobs, page.isTruncated() ? Optional.of(name(page.contents().getLast())) : Optional.empty());
    }

    private static String name(S3Object object) {
        return object.key().substring(BLOBS.length());
    }

    @Override
    public InputStream read(BlobKey key, long offset, long length) throws IOException {
        if (length == 0) {
            return InputStream.nullInputStream();
        }
        try {
            return s3.getObject(
                    r -> r.bucket(bucket).key(blobKey(key)).range("bytes=" + offset + "-" + (offset + length - 1)));
        } catch (NoSuchKeyException e) {
            throw new IOException("the bucket has no object " + blobKey(key), e);
        }
    }

    @Override
    public Download download(BlobKey key, Duration validFor) {
        return redirect(presigner.presignGetObject(p -> p.signatureDuration(validFor)
                .getObjectRequest(r -> r.bucket(bucket).key(blobKey(key)).responseContentType(CONTENT_TYPE))));
    }

    @Override
    public Download head(BlobKey key, Duration validFor) {
        return redirect(presigner.presignHeadObject(p -> p.signatureDuration(validFor)
                .headObjectRequest(r -> r.bucket(bucket).key(blobKey(key)).responseContentType(CONTENT_TYPE))));
    }

    private static Download redirect(PresignedRequest request) {
        return new Download.Redirect(URI.create(request.url().toString()));
    }

    @Override
    public void delete(BlobKey key, Written written) {
        S3UploadState state = S3UploadState.parse(written.state());
        abort(s3, bucket, key, state.multipartId());
        s3.deleteObject(r -> r.bucket(bucket).key(blobKey(key)));
        deleteTails(s3, bucket, key, state);
    }

    /** Who may not list uploads leaves those that no record names to the bucket's rule. */
    @Override
    public void abandon(BlobKey key, Written written) {
        try {
            s3.listMultipartUploadsPaginator(r -> r.bucket(bucket).prefix(blobKey(key))).uploads().stream()
                    .filter(upload -> upload.key().equals(blobKey(key)))
                    .forEach(upload -> abort(s3, bucket, key, upload.uploadId()));
        } catch (S3Exception e) {
            if (e.statusCode() != FORBIDDEN) {
                throw e;
            }
        }
        delete(key, written);
    }

    /**
     * Deletes, in one request, the tails of an upload, and those that an earlier build may have left of it. Tails that
     * were never recorded are the bucket's to expire.
     */
    static void deleteTails(S3Client s3, String bucket, BlobKey key, S3UploadState state) {
        Stream<String> earlier =
                IntStream.rangeClosed(1, state.etags().size() + 1).mapToObj(n -> earlierTailKey(key, n));
        delete(s3, bucket, Stream.concat(state.tails().stream(), earlier).toList());
    }

    static void delete(S3Client s3, String bucket, List<String> names) {
        List<ObjectIdentifier> tails = names.stream()
                .map(name -> ObjectIdentifier.builder().key(name).build())
                .toList();
        for (int from = 0; from < tails.size(); from += DELETES) {
            List<ObjectIdentifier> some = tails.subList(from, Math.min(tails.size(), from + DELETES));
            s3.deleteObjects(r -> r.bucket(bucket).delete(d -> d.objects(some).quiet(true)));
        }
    }

    static void abort(S3Client s3, String bucket, BlobKey key, @Nullable String multipartId) {
        if (multipartId != null) {
            try {
                s3.abortMultipartUpload(r -> r.bucket(bucket).key(blobKey(key)).uploadId(multipartId));
            } catch (NoSuchUploadException e) {
                // It was completed or aborted before.
            }
        }
    }
}
