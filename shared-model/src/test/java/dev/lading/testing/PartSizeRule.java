package dev.lading.testing;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * Rejects parts of less than 5 MiB except the last, as Amazon does. S3Proxy does not, so a test would pass on what
 * fails there. Source: Amazon S3 API, CompleteMultipartUpload, "EntityTooSmall".
 */
final class PartSizeRule extends ForwardingBlobStore {
    private static final long PART_MIN_BYTES = 5L * 1024 * 1024;

    PartSizeRule(BlobStore delegate) {
        super(delegate);
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        Map<Integer, Long> sizes =
                listMultipartUpload(upload).stream().collect(Collectors.toMap(Part::partNumber, Part::size));
        List<CompletedPart> parts = request.multipartUpload().parts();
        for (CompletedPart part : parts.subList(0, parts.size() - 1)) {
            if (sizes.getOrDefault(part.partNumber(), PART_MIN_BYTES) < PART_MIN_BYTES) {
                throw new S3ProxyException(S3ErrorCode.ENTITY_TOO_SMALL);
            }
        }
        return super.completeMultipartUpload(upload, request);
    }
}
