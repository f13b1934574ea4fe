package dev.lading.content;

import dev.lading.blob.BlobKey;
import dev.lading.history.row.BlobEntry;
import dev.lading.oci.RepositoryName;
import java.util.concurrent.CompletionStage;

/** Port to where blobs can be had that repositories only list. */
@FunctionalInterface
public interface BlobFetcher {
    /**
     * Fetches a blob, verifies it, and keeps it. Returns at once.
     *
     * @param name at which it is pulled, for messages
     * @return the key of its bytes, or a {@link dev.lading.oci.RegistryException} that says what the upstream answered
     */
    CompletionStage<BlobKey> fetch(RepositoryName name, BlobEntry listed);
}
