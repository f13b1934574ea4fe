package dev.lading.server.warmup;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobStore;
import dev.lading.blob.BlobWriter;
import dev.lading.blob.Download;
import dev.lading.blob.Written;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.secret.Seal;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Stores and queues that pass each call to the server's own, or to those of the {@link Scratch} it was given to. */
public final class ChosenStores {
    private ChosenStores() {}

    public static MetadataStore metadata(MetadataStore own) {
        return new ChosenMetadata(own);
    }

    public static BlobStore blobs(BlobStore own) {
        return new ChosenBlobs(own);
    }

    public static Seal seal(Seal own) {
        return new ChosenSeal(own);
    }

    public static WorkQueue tasks(WorkQueue own) {
        return new ChosenQueue(() -> Scratch.choose(own, Scratch::tasks));
    }

    public static WorkQueue copies(WorkQueue own) {
        return new ChosenQueue(() -> Scratch.choose(own, Scratch::copies));
    }

    private record ChosenMetadata(MetadataStore own) implements MetadataStore {
        private MetadataStore chosen() {
            return Scratch.choose(own, Scratch::metadata);
        }

        @Override
        public <R> Optional<R> get(Table<R> table, Key key) {
            return chosen().get(table, key);
        }

        @Override
        public <R> List<R> getAll(Table<R> table, List<Key> keys) {
            return chosen().getAll(table, keys);
        }

        @Override
        public <R> Page<R> query(Table<R> table, Query query) {
            return chosen().query(table, query);
        }

        @Override
        public boolean write(List<Write> writes) {
            return chosen().write(writes);
        }

        @Override
        public boolean writeUnsynced(List<Write> writes) {
            return chosen().writeUnsynced(writes);
        }
    }

    private record ChosenBlobs(BlobStore own) implements BlobStore {
        private BlobStore chosen() {
            return Scratch.choose(own, Scratch::blobs);
        }

        @Override
        public BlobWriter write(BlobKey key, Written written) throws IOException {
            return chosen().write(key, written);
        }

        @Override
        public OptionalLong sizeBytes(BlobKey key) throws IOException {
            return chosen().sizeBytes(key);
        }

        @Override
        public Page<Listed> list(Optional<String> after) throws IOException {
            return chosen().list(after);
        }

        @Override
        public InputStream read(BlobKey key, long offset, long length) throws IOException {
            return chosen().read(key, offset, length);
        }

        @Override
        public Download download(BlobKey key, Duration validFor) {
            return chosen().download(key, validFor);
        }

        @Override
        public Download head(BlobKey key, Duration validFor) {
            return chosen().head(key, validFor);
        }

        @Override
        public void delete(BlobKey key, Written written) throws IOException {
            chosen().delete(key, written);
        }

        @Override
        public void abandon(BlobKey key, Written written) throws IOException {
            chosen().abandon(key, written);
        }
    }

    private record ChosenSeal(Seal own) implements Seal {
        private Seal chosen() {
            return Scratch.choose(own, Scratch::seal);
        }

        @Override
        public String seal(String secret, String owner) {
            return chosen().seal(secret, owner);
        }

        @Override
        public String open(String sealed, String owner) {
            return chosen().open(sealed, owner);
        }
    }

    private record ChosenQueue(Supplier<WorkQueue> chosen) implements WorkQueue {
        @Override
        public boolean send(List<Work> work) {
            return chosen.get().send(work);
        }

        @Override
        public void sendAgain(List<Work> work) {
            chosen.get().sendAgain(work);
        }
    }
}
