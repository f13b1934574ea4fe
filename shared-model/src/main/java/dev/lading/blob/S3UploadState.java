package dev.lading.blob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state from which a multipart upload can be resumed. The ETags are kept, not listed again: a part overwritten by
 * another writer makes the completion fail instead of changing the content.
 *
 * @param multipartId null: no part was sent yet
 * @param etags of the parts sent, in order
 * @param tailBytes after the parts, kept in an object of their own
 * @param tail name of that object; null: there is none, or an earlier build wrote it
 * @param stale names of tails that this state replaces; they may go once it is recorded
 */
record S3UploadState(
        @Nullable String multipartId,
        List<String> etags,
        long tailBytes,
        @Nullable String tail,
        @Nullable List<String> stale) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final S3UploadState NOTHING = new S3UploadState(null, List.of(), 0, null, List.of());

    S3UploadState {
        etags = List.copyOf(etags);
        stale = stale == null ? List.of() : List.copyOf(stale);
    }

    static S3UploadState parse(String text) {
        try {
            return text.isEmpty() ? NOTHING : JSON.readValue(text, S3UploadState.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot read the state of an upload", e);
        }
    }

    S3UploadState withMultipart(String id) {
        return new S3UploadState(id, etags, tailBytes, tail, stale);
    }

    S3UploadState withPart(String etag) {
        List<String> more = new ArrayList<>(etags);
        more.add(etag);
        return new S3UploadState(multipartId, more, 0, null, tails());
    }

    S3UploadState withTail(String name, long bytes) {
        return new S3UploadState(multipartId, etags, bytes, name, tails());
    }

    S3UploadState without(List<String> deleted) {
        List<String> kept =
                stale().stream().filter(name -> !deleted.contains(name)).toList();
        return new S3UploadState(multipartId, etags, tailBytes, tail, kept);
    }

    @Override
    public List<String> stale() {
        return stale == null ? List.of() : stale;
    }

    /** Names of all tails that this state knows of. */
    List<String> tails() {
        return Stream.concat(stale().stream(), Stream.ofNullable(tail)).toList();
    }

    /** Key of the tail. Earlier builds kept that of an upload without parts under the blob's own. */
    String tailKey(BlobKey key) {
        if (tail != null) {
            return tail;
        }
        return isTailAtBlob() ? S3BlobStore.blobKey(key) : S3BlobStore.earlierTailKey(key, etags.size());
    }

    /** Whether the tail has the blob's key, as in earlier builds. */
    boolean isTailAtBlob() {
        return tail == null && tailBytes > 0 && multipartId == null;
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
