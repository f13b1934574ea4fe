package dev.lading.server.warmup;

import dev.lading.blob.BlobStore;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileBlobStore;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.embedded.StoredWorkQueue;
import dev.lading.metadata.MetadataStore;
import dev.lading.secret.Seal;
import dev.lading.secret.StoredKeySeal;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import dev.lading.work.Worker;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores and queues that are thrown away. They stand for the server's own in requests and in work that were given to
 * them, and nowhere else: what is given to one that is closed fails.
 */
final class Scratch implements AutoCloseable {
    static final String OF_REQUEST = "dev.lading.scratch";
    private static final ThreadLocal<Scratch> OF_WORK = new ThreadLocal<>();

    private static final int COPIERS = 2;
    private static final int MAX_WAITING = 1000;
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final SqliteMetadataStore metadata;
    private final BlobStore blobs;
    private final Seal seal;
    private final StoredWorkQueue tasks;
    private final StoredWorkQueue copies;

    /** @param folder an existing one, for this alone */
    Scratch(Path folder, InstantSource clock) throws IOException, SQLException {
        var space = new DiskSpace(folder);
        blobs = new FileBlobStore(folder.resolve("blobs"), space);
        metadata = new SqliteMetadataStore(folder.resolve("lading.db"), space);
        seal = new StoredKeySeal(new FileSecretStore(folder.resolve("secrets")));
        tasks = queue("tasks", 1, clock);
        copies = queue("copies", COPIERS, clock);
    }

    private StoredWorkQueue queue(String name, int threads, InstantSource clock) {
        return new StoredWorkQueue(metadata, name, clock, threads, MAX_WAITING, RETRY_PAUSE, STOP_PATIENCE);
    }

    /** Begins to work on what is queued here, with these stores. */
    void start(Worker runner, Worker copier) {
        tasks.start(withThis(runner));
        copies.start(withThis(copier));
    }

    private Worker withThis(Worker worker) {
        return new Worker() {
            @Override
            public void work(Work work) {
                within(() -> worker.work(work));
            }

            @Override
            public void deadLetter(Work work) {
                within(() -> worker.deadLetter(work));
            }
        };
    }

    private void within(Runnable work) {
        OF_WORK.set(this);
        try {
            work.run();
        } finally {
            OF_WORK.remove();
        }
    }

    /** Gives a request to these stores. Call it in the request's own context, before anything reads a store. */
    void take(RoutingContext request) {
        Vertx.currentContext().putLocal(OF_REQUEST, this);
    }

    /** The one that the current request or work was given to; null: none. */
    static @Nullable Scratch current() {
        Context context = Vertx.currentContext();
        @Nullable
        Scratch ofRequest =
                context != null && VertxContext.isDuplicatedContext(context) ? context.getLocal(OF_REQUEST) : null;
        return ofRequest != null ? ofRequest : OF_WORK.get();
    }

    /** The server's own, or that of the scratch which the current request or work was given to. */
    static <T> T choose(T own, Function<Scratch, ? extends T> other) {
        Scratch current = current();
        return current == null ? own : other.apply(current);
    }

    MetadataStore metadata() {
        return metadata;
    }

    BlobStore blobs() {
        return blobs;
    }

    Seal seal() {
        return seal;
    }

    WorkQueue tasks() {
        return tasks;
    }

    WorkQueue copies() {
        return copies;
    }

    @Override
    public void close() throws IOException, SQLException {
        copies.close();
        tasks.close();
        metadata.close();
    }
}
