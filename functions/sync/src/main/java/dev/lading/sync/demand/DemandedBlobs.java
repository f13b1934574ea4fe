package dev.lading.sync.demand;

import dev.lading.blob.BlobKey;
import dev.lading.content.ArrivingBytes;
import dev.lading.content.BlobFetcher;
import dev.lading.content.ListedBlobs;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.UpstreamBusy;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.sync.demand.BlobKeeping.WrongBlob;
import dev.lading.upload.UploadService;
import dev.lading.upstream.BlobBody;
import dev.lading.upstream.transport.UpstreamException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Fetches listed blobs when they are first pulled, each once however many wait for it, and keeps them. No caller's
 * thread waits.
 */
public final class DemandedBlobs implements BlobFetcher, AutoCloseable {
    /** Limit on blobs that are fetched, or wait for their remote's turn, at once. */
    private static final int MAX_FLIGHTS = 1000;

    /** Limit on those of one remote, whose upstream may hang. */
    private static final int MAX_OF_ONE = 250;

    /** How long a wrong blob is not asked for again: clients repeat a request at once, several times. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final ListedBlobs listed;
    private final BlobKeeping keeping;
    private final RemoteClients clients;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("blob-fetch-", 0).factory());

    private final Places places = new Places(MAX_FLIGHTS, MAX_OF_ONE);

    /** Fetches under way. Guarded by this. */
    private final Map<Wanted, Flight> flights = new LinkedHashMap<>();

    /** Blobs that came with other content, and how. */
    private final ShortMemory<Wanted, String> wrong;

    public DemandedBlobs(ListedBlobs listed, UploadService uploads, RemoteClients clients, InstantSource clock) {
        this.listed = listed;
        this.keeping = new BlobKeeping(listed, uploads);
        this.clients = clients;
        this.wrong = new ShortMemory<>(clock, REMEMBERED);
    }

    private record Wanted(BlobOrigin origin, Digest digest) {}

    private record Flight(
            CompletableFuture<BlobKey> stored, CompletableFuture<Supplier<Optional<ArrivingBytes>>> arriving) {
        Flight() {
            this(new CompletableFuture<>(), new CompletableFuture<>());
        }
    }

    @Override
    public Fetch fetch(RepositoryName name, BlobEntry blob) {
        return fetch(name, blob, true);
    }

    /** Nothing of it is put down twice, as for readers. */
    @Override
    public CompletionStage<BlobKey> keep(RepositoryName name, BlobEntry blob) {
        return fetch(name, blob, false).stored();
    }

    private Fetch fetch(RepositoryName name, BlobEntry blob, boolean isRead) {
        Optional<BlobOrigin> origin = blob.origin();
        if (origin.isEmpty()) {
            return Fetch.failed(new BlobUnknown(name, blob.digest()));
        }
        return join(new Wanted(origin.get(), blob.digest()), name, blob, isRead);
    }

    private synchronized Fetch join(Wanted wanted, RepositoryName name, BlobEntry blob, boolean isRead) {
        Optional<String> known = wrong.get(wanted);
        if (known.isPresent()) {
            return Fetch.failed(new UpstreamFailed(known.get()));
        }
        Flight same = flights.get(wanted);
        if (same != null) {
            // The row that is filled may be another repository's.
            return new Fetch(same.stored().thenApply(key -> listed.link(blob).orElse(key)), same.arriving());
        }
        if (!places.take(wanted.origin().remote())) {
            return Fetch.failed(new UpstreamBusy("blob " + blob.digest() + " of '" + name + "'", RETRY_AFTER));
        }
        var begun = new Flight();
        flights.put(wanted, begun);
        threads.execute(() -> run(wanted, name, blob, isRead, begun));
        return new Fetch(begun.stored(), begun.arriving());
    }

    private void run(Wanted wanted, RepositoryName name, BlobEntry blob, boolean isRead, Flight flight) {
        try {
            BlobKey key = listed.link(blob).orElseGet(() -> get(wanted, name, blob, isRead, flight));
            end(wanted);
            flight.stored().complete(key);
        } catch (UpstreamException e) {
            end(wanted);
            flight.stored()
                    .completeExceptionally(
                            new UpstreamFailed(e.getMessage() + " " + BlobKeeping.described(name, blob.digest())));
        } catch (RuntimeException | Error e) {
            end(wanted);
            flight.stored().completeExceptionally(e);
        }
    }

    private synchronized void end(Wanted wanted) {
        flights.remove(wanted);
        places.giveBack(wanted.origin().remote());
    }

    private BlobKey get(Wanted wanted, RepositoryName name, BlobEntry blob, boolean isRead, Flight flight) {
        try (var lease = clients.lease(wanted.origin());
                BlobBody body = lease.upstream().blob(blob.digest(), 0, blob.sizeBytes())) {
            BlobEntry comes = blob.withSize(body.totalBytes());
            // Who reads it while it arrives has been told the size by then.
            return isRead && comes.sizeBytes() == blob.sizeBytes()
                    ? read(lease, name, blob, body, flight)
                    : keeping.whole(lease, name, comes, body);
        } catch (WrongBlob e) {
            wrong.put(wanted, e.why());
            throw new UpstreamFailed(e.why());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BlobKey read(RemoteClients.Lease lease, RepositoryName name, BlobEntry blob, BlobBody body, Flight flight)
            throws IOException {
        ArrivingBlob arriving = ArrivingBlob.begin(blob.sizeBytes());
        // Whoever comes too late for a reader finds out what became of it.
        var _ = flight.stored().whenComplete((key, failure) -> arriving.release());
        try {
            arriving.whenBegun(() -> flight.arriving().complete(arriving::reader));
            BlobKey key = keeping.whole(lease, name, blob, arriving.through(body));
            arriving.verified();
            return key;
        } catch (RuntimeException | Error e) {
            arriving.failed(e);
            throw e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
