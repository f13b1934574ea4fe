package dev.lading.sync.demand;

import dev.lading.blob.BlobKey;
import dev.lading.content.BlobFetcher;
import dev.lading.content.ListedBlobs;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException.BlobOnItsWay;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.random.Randomness;
import dev.lading.sync.demand.BlobKeeping.WrongBlob;
import dev.lading.upload.UploadService;
import dev.lading.upstream.BlobBody;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.work.WorkQueue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Fetches listed blobs where functions answer, each once, however many processes want it: a record says who fetches it,
 * and the others look at that. A small one is fetched by the process that is asked; a larger one by
 * {@link DemandedCopies}, behind a queue, for a function may end or be frozen once it has answered. No caller's thread
 * waits.
 */
public final class QueuedBlobs implements BlobFetcher, AutoCloseable {
    /** Largest blob that is fetched by the function that is asked for it. */
    public static final long FITS = 8L * 1024 * 1024;

    /** Life of a claim of a function that fetches itself: it may be frozen when it has answered. */
    private static final Duration OWN_CLAIM = Duration.ofSeconds(30);

    /** Life of a claim that waits in the queue, which loses none. */
    private static final Duration QUEUED_CLAIM = Duration.ofMinutes(15);

    /** How long an upstream is not asked again for a blob that it did not give. */
    static final Duration REFUSED = Duration.ofSeconds(5);

    /** How long a wrong blob is not asked for again: clients repeat a request at once, several times. */
    static final Duration WRONG = Duration.ofMinutes(1);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(400);

    /** As when the client comes back by itself. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final MetadataStore store;
    private final ListedBlobs listed;
    private final BlobKeeping keeping;
    private final RemoteClients clients;
    private final WorkQueue queue;
    private final long fits;
    private final Supplier<Duration> patience;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("blob-wait-", 0).factory());

    /**
     * @param queue that delivers to {@link DemandedCopies}
     * @param fits size of the largest blob that is fetched here
     * @param patience how long the request at hand is held
     */
    public QueuedBlobs(
            MetadataStore store,
            UploadService uploads,
            RemoteClients clients,
            WorkQueue queue,
            long fits,
            Supplier<Duration> patience,
            InstantSource clock) {
        this.store = store;
        this.listed = new ListedBlobs(store);
        this.keeping = new BlobKeeping(listed, uploads);
        this.clients = clients;
        this.queue = queue;
        this.fits = fits;
        this.patience = patience;
        this.clock = clock;
    }

    /** A function answers one request at a time, so there are no more waits than that. */
    @Override
    public Fetch fetch(RepositoryName name, BlobEntry blob) {
        Optional<BlobOrigin> origin = blob.origin();
        if (origin.isEmpty()) {
            return Fetch.failed(new BlobUnknown(name, blob.digest()));
        }
        var stored = new CompletableFuture<BlobKey>();
        threads.execute(() -> {
            try {
                await(origin.get(), name, blob, stored);
            } catch (RuntimeException | InterruptedException | Error e) {
                stored.completeExceptionally(e);
            }
        });
        CompletableFuture.delayedExecutor(patience.get().toMillis(), TimeUnit.MILLISECONDS, threads)
                .execute(() -> stored.completeExceptionally(
                        new BlobOnItsWay(blob.digest(), origin.get().upstreamName(), RETRY_AFTER)));
        return new Fetch(stored, new CompletableFuture<>());
    }

    private void await(BlobOrigin origin, RepositoryName name, BlobEntry blob, CompletableFuture<BlobKey> stored)
            throws InterruptedException {
        while (!stored.isDone()) {
            Optional<BlobDemand> demand = BlobDemand.find(store, origin, blob.digest());
            if (demand.isEmpty()) {
                Optional<BlobKey> here = listed.link(blob);
                if (here.isPresent()) {
                    stored.complete(here.get());
                    return;
                }
                Optional<BlobDemand> claim = BlobDemand.claim(
                        store,
                        origin,
                        blob.digest(),
                        Randomness.uuid(),
                        clock.instant().plus(fits(blob) ? OWN_CLAIM : QUEUED_CLAIM));
                if (claim.isPresent()) {
                    begin(claim.get(), name, blob, stored);
                }
            } else if (!demand.get().isOver(clock.instant())) {
                if (demand.get().failure().isPresent()) {
                    // It may have failed since somebody else has stored it.
                    String why = demand.get().failure().get();
                    stored.complete(listed.link(blob).orElseThrow(() -> new UpstreamFailed(why)));
                    return;
                }
                Thread.sleep(BETWEEN_LOOKS);
            } else if (demand.get().failure().isPresent()) {
                demand.get().met(store);
            } else {
                // Whoever had it was ended, or frozen.
                demand.get()
                        .claimedAgain(store, Randomness.uuid(), clock.instant().plus(QUEUED_CLAIM))
                        .ifPresent(again -> send(again, name, blob));
            }
        }
    }

    private boolean fits(BlobEntry blob) {
        return blob.sizeBytes() <= fits;
    }

    private void begin(BlobDemand claim, RepositoryName name, BlobEntry blob, CompletableFuture<BlobKey> stored) {
        if (!fits(blob)) {
            send(claim, name, blob);
            return;
        }
        try (var lease = clients.lease(claim.origin());
                BlobBody body = lease.upstream().blob(blob.digest(), 0, blob.sizeBytes())) {
            BlobKey key = keeping.whole(lease, name, blob.withSize(body.totalBytes()), body);
            claim.met(store);
            stored.complete(key);
        } catch (WrongBlob e) {
            claim.failed(store, e.why(), clock.instant(), WRONG);
        } catch (UpstreamException | UpstreamFailed | BlobUnknown e) {
            String why = e.getMessage() + " " + BlobKeeping.described(name, blob.digest());
            claim.failed(store, why, clock.instant(), REFUSED);
        } catch (RuntimeException e) {
            claim.met(store);
            throw e;
        }
    }

    private void send(BlobDemand claim, RepositoryName name, BlobEntry blob) {
        if (!queue.send(new DemandedCopy(name, blob, claim.claim()).work())) {
            claim.met(store);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
