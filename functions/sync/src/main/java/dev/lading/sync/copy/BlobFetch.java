package dev.lading.sync.copy;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.random.Randomness;
import dev.lading.task.TaskId;
import dev.lading.work.Work;

/**
 * A run's claim to fetch a blob from an upstream. Other runs that want it of the same upstream wait for the outcome.
 *
 * @param upstream the URL of the registry it is fetched from
 * @param task of the run
 */
record BlobFetch(String upstream, Digest digest, TaskId task, long revision) implements Revised {
    static final Table<BlobFetch> TABLE =
            new Table<>("blob-fetch", BlobFetch.class, f -> key(f.upstream(), f.digest()));

    static Key key(String upstream, Digest digest) {
        return new Key(partition(upstream, digest), "fetch");
    }

    private static String partition(String upstream, Digest digest) {
        return digest + " " + upstream;
    }

    BlobFetch by(TaskId newTask) {
        return new BlobFetch(upstream, digest, newTask, revision + 1);
    }

    /**
     * A message to send again when the blob is stored or its fetch has failed.
     *
     * @param revision random, so that the writer that sent it again does not delete a newer one
     */
    record Waiting(String upstream, Digest digest, TaskId task, String group, String body, long revision)
            implements Revised {
        static final Table<Waiting> TABLE = new Table<>(
                "blob-waiting",
                Waiting.class,
                w -> new Key(partition(w.upstream(), w.digest()), w.task().toString()));

        static Waiting of(Copying copying, Work message) {
            long revision = Randomness.source().nextLong(1, Long.MAX_VALUE);
            return new Waiting(
                    copying.upstream(), copying.digest(), copying.task(), message.group(), message.body(), revision);
        }

        Work message() {
            return new Work(group, body);
        }

        static Query all(Copying copying, int limit) {
            return Query.ascending(partition(copying.upstream(), copying.digest()), "0", "~", limit);
        }
    }
}
