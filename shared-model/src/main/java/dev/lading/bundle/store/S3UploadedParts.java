package dev.lading.bundle.store;

import dev.lading.blob.ResumableSha256;
import dev.lading.oci.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What S3 has of a multipart upload.
 *
 * @param hash SHA-256 of these bytes, which goes on with more
 * @param etags of its parts, in order
 */
record S3UploadedParts(String uploadId, MessageDigest hash, List<String> etags) {
    private static final String BETWEEN = " ";

    /** @param resumable whether another process is to know the hash */
    static S3UploadedParts none(String uploadId, boolean resumable) {
        MessageDigest hash = resumable ? new ResumableSha256() : Digest.hasher(Digest.SHA256);
        return new S3UploadedParts(uploadId, hash, new ArrayList<>());
    }

    /** @param state what {@link #state} returned */
    static S3UploadedParts parse(String state) {
        List<String> words = List.of(state.split(BETWEEN));
        return new S3UploadedParts(
                words.get(0),
                ResumableSha256.resume(words.get(1)),
                words.stream().skip(2).map(etag -> '"' + etag + '"').collect(Collectors.toCollection(ArrayList::new)));
    }

    /** As text, which for the most parts has 340,000 characters: a record takes 400,000 bytes. */
    String state() {
        if (!(hash instanceof ResumableSha256 resumable)) {
            throw new IllegalStateException("the hash is of this process alone");
        }
        return Stream.concat(
                        Stream.of(uploadId, resumable.state()), etags.stream().map(etag -> etag.replace("\"", "")))
                .collect(Collectors.joining(BETWEEN));
    }
}
