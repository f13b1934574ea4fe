package dev.lading.sync.demand;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.content.ArrivingBytes;
import dev.lading.content.BlobFetcher;
import dev.lading.content.ListedBlobs;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.SizeInvalid;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.upload.Chunk;
import dev.lading.upload.UploadService;
import dev.lading.upstream.BlobBody;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.UpstreamException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
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

    /** How long a wrong blob is not asked for again: clients repeat a request at once, several times. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final ListedBlobs listed;
    private final UploadService uploads;
    private final RemoteClients clients;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("blob-fetch-", 0).factory());

    /** Fetches under way. Guarded by this. */
    private final Map<Wanted, Flight> flights = new LinkedHashMap<>();

    /** Blobs that came with other content, and how. */
    private final ShortMemory<Wanted, String> wrong;

    public DemandedBlobs(ListedBlobs listed, UploadService uploads, RemoteClients clients, InstantSource clock) {
        this.listed = listed;
        this.uploads = uploads;
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
        Optional<BlobOrigin> origin = blob.origin();
        if (origin.isEmpty()) {
            return Fetch.failed(new BlobUnknown(name, blob.digest()));
        }
        return join(new Wanted(origin.get(), blob.digest()), name, blob);
    }

    private synchronized Fetch join(Wanted wanted, RepositoryName name, BlobEntry blob) {
        Optional<String> known = wrong.get(wanted);
        if (known.isPresent()) {
            return Fetch.failed(new UpstreamFailed(known.get()));
        }
        Flight same = flights.get(wanted);
        if (same != null) {
            // The row that is filled may be another repository's.
            return new Fetch(same.stored().thenApply(key -> listed.link(blob).orElse(key)), same.arriving());
        }
        if (flights.size() == MAX_FLIGHTS) {
            return Fetch.failed(new StoreBusy("too many blobs are being fetched", RETRY_AFTER));
        }
        var begun = new Flight();
        flights.put(wanted, begun);
        threads.execute(() -> run(wanted, name, blob, begun));
        return new Fetch(begun.stored(), begun.arriving());
    }

    private void run(Wanted wanted, RepositoryName name, BlobEntry blob, Flight flight) {
        try {
            BlobKey key = listed.link(blob).orElseGet(() -> get(wanted, name, blob, flight));
            end(wanted);
            flight.stored().complete(key);
        } catch (UpstreamException e) {
            end(wanted);
            flight.stored()
                    .completeExceptionally(new UpstreamFailed(e.getMessage() + " (blob " + blob.digest() + " of '"
                            + name + "', which is fetched when it is first pulled)"));
        } catch (RuntimeException | Error e) {
            end(wanted);
            flight.stored().completeExceptionally(e);
        }
    }

    private synchronized void end(Wanted wanted) {
        flights.remove(wanted);
    }

    private BlobKey get(Wanted wanted, RepositoryName name, BlobEntry blob, Flight flight) {
        try (var lease = clients.lease(wanted.origin());
                BlobBody body = lease.upstream().blob(blob.digest(), 0)) {
            var stored = new Stored(name, blob);
            ArrivingBlob arriving = ArrivingBlob.begin(blob.sizeBytes());
            // Whoever comes too late for a reader finds out what became of it.
            var _ = flight.stored().whenComplete((key, failure) -> arriving.release());
            try {
                flight.arriving().complete(arriving::reader);
                store(wanted, lease.upstream(), arriving.through(body), stored);
                arriving.verified();
            } catch (RuntimeException | Error e) {
                arriving.failed(e);
                throw e;
            }
            return stored.key();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void store(Wanted wanted, Upstream upstream, InputStream body, Stored stored) {
        BlobKey upload = uploads.begin().key();
        try {
            Chunk whole = new Chunk(OptionalLong.of(0), OptionalLong.of(stored.blob.sizeBytes()), body);
            uploads.finish(upload, whole, wanted.digest(), stored);
        } catch (DigestInvalid e) {
            throw remember(
                    wanted,
                    "blob " + wanted.digest() + " of " + upstream + " came with other content: " + e.getMessage()
                            + "; nothing of it is kept");
        } catch (SizeInvalid e) {
            forget(upload, e);
            throw remember(
                    wanted,
                    "blob " + wanted.digest() + " of " + upstream + " has not the " + stored.blob.sizeBytes()
                            + " bytes that its manifest says; nothing of it is kept");
        } catch (IOException e) {
            forget(upload, e);
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            forget(upload, e);
            throw e;
        }
    }

    private void forget(BlobKey upload, Exception failure) {
        try {
            uploads.cancel(upload);
        } catch (UploadUnknown gone) {
            // As it should be.
            failure.addSuppressed(gone);
        } catch (RuntimeException | IOException e) {
            // The sweep deletes it later.
            failure.addSuppressed(e);
        }
    }

    private UpstreamFailed remember(Wanted wanted, String why) {
        wrong.put(wanted, why);
        return new UpstreamFailed(why);
    }

    /** Fills the rows that list a blob, in the transaction that stores its record. */
    private final class Stored implements UploadService.Claim {
        private final RepositoryName name;
        private final BlobEntry blob;
        private Optional<BlobKey> key = Optional.empty();

        Stored(RepositoryName name, BlobEntry blob) {
            this.name = name;
            this.blob = blob;
        }

        @Override
        public List<Write> on(BlobRecord bytes) {
            List<Write> writes = listed.filling(blob.repository(), bytes);
            if (writes.isEmpty()) {
                throw new BlobUnknown(name, blob.digest());
            }
            key = Optional.of(bytes.key());
            return writes;
        }

        BlobKey key() {
            return key.orElseThrow();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
