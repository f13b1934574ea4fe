package dev.lading.content;

import dev.lading.blob.BlobKey;
import dev.lading.history.row.BlobEntry;
import dev.lading.oci.RepositoryName;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Port to where blobs can be had that repositories only list. */
@FunctionalInterface
public interface BlobFetcher {
    /**
     * A fetch under way.
     *
     * @param stored the key of the bytes, once they are verified and kept, or a
     *     {@link dev.lading.oci.RegistryException} that says what the upstream answered
     * @param arriving once the first bytes come, what makes a reader of them, or none if all are stored; never, if they
     *     were here before
     */
    record Fetch(CompletionStage<BlobKey> stored, CompletionStage<Supplier<Optional<ArrivingBytes>>> arriving) {
        /** One that comes to an end at once. */
        public static Fetch failed(Throwable why) {
            return new Fetch(CompletableFuture.failedFuture(why), new CompletableFuture<>());
        }
    }

    /**
     * Fetches a blob, verifies it, and keeps it. Returns at once.
     *
     * @param name at which it is pulled, for messages
     */
    Fetch fetch(RepositoryName name, BlobEntry listed);

    /** Fetches a blob that nobody waits to read. */
    default CompletionStage<BlobKey> keep(RepositoryName name, BlobEntry listed) {
        return fetch(name, listed).stored();
    }
}
