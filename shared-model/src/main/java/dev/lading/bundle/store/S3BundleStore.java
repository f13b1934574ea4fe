package dev.lading.bundle.store;

import dev.lading.blob.S3BlobStore;
import dev.lading.bundle.TailOutput;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Bundles as objects of a bucket beneath a prefix. Their paths are URLs of S3, or what follows the prefix in one. */
public final class S3BundleStore implements BundleStore {
    /** The prefix that exporters write beneath. */
    public static final String EXPORTS = "exports/";

    /** The prefix that importers read below. */
    public static final String IMPORTS = "imports/";

    static final String CONTENT_TYPE = "application/x-tar";

    /** Segments between single slashes, without control characters. */
    private static final Pattern SEGMENTS = Pattern.compile("[^/\\p{Cntrl}]+(/[^/\\p{Cntrl}]+)*");

    private static final Pattern DOTS = Pattern.compile("(.*/)?\\.\\.?(/.*)?");

    private final S3Client s3;
    private final S3Presigner presigner;
    private final String bucket;
    private final String prefix;
    private final boolean inRuns;

    /**
     * @param prefix that ends with a slash
     * @param inRuns whether a run goes on where another one ended, which makes SHA-256 slower
     */
    public S3BundleStore(S3Client s3, S3Presigner presigner, String bucket, String prefix, boolean inRuns) {
        this.s3 = s3;
        this.presigner = presigner;
        this.bucket = bucket;
        this.prefix = prefix;
        this.inRuns = inRuns;
    }

    private String place() {
        return "s3://" + bucket + "/" + prefix;
    }

    private String key(String path) {
        return find(path).orElseThrow(() -> new FieldInvalid(FIELD, "'" + path + "' does not lead below " + place()));
    }

    private Optional<String> find(String path) {
        String inside = path.startsWith(place()) ? path.substring(place().length()) : path;
        String trimmed = inside.endsWith("/") ? inside.substring(0, inside.length() - 1) : inside;
        return path.length() <= MAX_PATH
                        && SEGMENTS.matcher(trimmed).matches()
                        && !DOTS.matcher(trimmed).matches()
                ? Optional.of(prefix + trimmed)
                : Optional.empty();
    }

    @Override
    public void requireInside(String path) {
        String _ = key(path);
    }

    @Override
    public Result write(String path, Content content, Begun from, BooleanSupplier isTimeUp) throws IOException {
        String key = key(path);
        try (var out = new S3PartsOutput(s3, bucket, key, begun(key, from), () -> inRuns && isTimeUp.getAsBoolean())) {
            try {
                content.writeTo(new TailOutput(out, from.sizeBytes()));
            } catch (S3PartsOutput.TimeUp e) {
                return out.rest();
            }
            return new Stored("s3://" + bucket + "/" + key, out.complete());
        }
    }

    private S3UploadedParts begun(String key, Begun from) {
        if (!from.equals(Begun.NOTHING)) {
            return S3UploadedParts.parse(from.state());
        }
        String id = s3.createMultipartUpload(r -> r.bucket(bucket).key(key).contentType(CONTENT_TYPE))
                .uploadId();
        return S3UploadedParts.none(id, inRuns);
    }

    @Override
    public void drop(String path, Begun begun) {
        String key = key(path);
        try {
            s3.abortMultipartUpload(r -> r.bucket(bucket)
                    .key(key)
                    .uploadId(S3UploadedParts.parse(begun.state()).uploadId()));
        } catch (NoSuchUploadException e) {
            // It was completed or dropped before.
        }
    }

    @Override
    public Optional<Opened> open(String path) {
        String key = key(path);
        try {
            HeadObjectResponse object = s3.headObject(r -> r.bucket(bucket).key(key));
            InputStream content = new S3RangesInput(s3, bucket, key, object.eTag(), object.contentLength());
            return Optional.of(new Opened(object.contentLength(), content));
        } catch (S3Exception e) {
            if (S3BlobStore.isAbsent(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<URI> link(String path, Duration validFor) {
        return find(path)
                .map(key -> presigner.presignGetObject(p -> p.signatureDuration(validFor)
                        .getObjectRequest(r -> r.bucket(bucket).key(key))))
                .map(request -> URI.create(request.url().toString()));
    }
}
