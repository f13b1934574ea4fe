package dev.lading.blob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state from which a multipart upload can be resumed. The ETags are kept, not listed again: a part overwritten by
 * another writer makes the completion fail instead of changing the content.
 *
 * @param multipartId null: no part was sent yet
 * @param etags of the parts sent, in order
 * @param tailBytes after the parts, kept in an object of their own
 */
record S3UploadState(@Nullable String multipartId, List<String> etags, long tailBytes) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final S3UploadState NOTHING = new S3UploadState(null, List.of(), 0);

    S3UploadState {
        etags = List.copyOf(etags);
    }

    static S3UploadState parse(String text) {
        try {
            return text.isEmpty() ? NOTHING : JSON.readValue(text, S3UploadState.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot read the state of an upload", e);
        }
    }

    S3UploadState withPart(String id, String etag) {
        List<String> more = new ArrayList<>(etags);
        more.add(etag);
        return new S3UploadState(id, more, 0);
    }

    S3UploadState withTail(long bytes) {
        return new S3UploadState(multipartId, etags, bytes);
    }

    /** Key of the tail; with no part sent it is the blob's own, since the tail may turn out to be the whole blob. */
    String tailKey(BlobKey key) {
        return multipartId == null ? S3BlobStore.blobKey(key) : S3BlobStore.tailKey(key, etags.size());
    }

    @Override
    public String toString() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write the state of an upload", e);
        }
    }
}
