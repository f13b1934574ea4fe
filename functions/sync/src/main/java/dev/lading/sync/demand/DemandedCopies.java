package dev.lading.sync.demand;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BoundedInputStream;
import dev.lading.content.ListedBlobs;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.sync.demand.BlobKeeping.WrongBlob;
import dev.lading.sync.run.SyncLimits;
import dev.lading.upload.Chunk;
import dev.lading.upload.UploadService;
import dev.lading.upstream.BlobBody;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import dev.lading.work.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/**
 * Fetches the blobs that clients of {@link QueuedBlobs} wait for, one per message, in slices: a process that dies loses
 * only the last, and one that runs out of time hands the rest on. A message whose claim is another's by now does
 * nothing.
 */
public final class DemandedCopies implements Worker {
    /** What the groups of these messages begin with. */
    public static final String GROUP = "demand-";

    private static final Logger LOG = Logger.getLogger(DemandedCopies.class);

    /** Life of a claim, renewed with each slice; one that is slower is taken up by the next who waits. */
    private static final Duration CLAIM = Duration.ofMinutes(3);

    private final MetadataStore store;
    private final UploadService uploads;
    private final BlobKeeping keeping;
    private final RemoteClients clients;
    private final WorkQueue queue;
    private final SyncLimits limits;
    private final InstantSource clock;

    public DemandedCopies(
            MetadataStore store,
            UploadService uploads,
            RemoteClients clients,
            WorkQueue queue,
            SyncLimits limits,
            InstantSource clock) {
        this.store = store;
        this.uploads = uploads;
        this.keeping = new BlobKeeping(new ListedBlobs(store), uploads);
        this.clients = clients;
        this.queue = queue;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public void work(Work work) {
        DemandedCopy copy = DemandedCopy.read(work);
        BlobOrigin origin = copy.blob().origin().orElseThrow();
        BlobDemand.find(store, origin, copy.blob().digest())
                .filter(demand -> demand.claim().equals(copy.claim()))
                .filter(demand -> demand.failure().isEmpty())
                .ifPresentOrElse(
                        demand -> new Copy(copy, demand).make(work),
                        () -> LOG.debugf("nobody wants %s any more", copy));
    }

    /** The transfer of one blob. */
    private final class Copy {
        private final DemandedCopy copy;
        private BlobEntry blob;
        private final Instant end = clock.instant().plus(limits.copying());
        private BlobDemand demand;

        Copy(DemandedCopy copy, BlobDemand demand) {
            this.copy = copy;
            this.blob = copy.blob();
            this.demand = demand;
        }

        void make(Work work) {
            try (var lease = clients.lease(demand.origin())) {
                OptionalLong there = storedBytes();
                BlobKey upload = there.isPresent()
                        ? demand.upload().orElseThrow()
                        : uploads.begin().key();
                fetch(lease, upload, there.orElse(0), work);
            } catch (WrongBlob e) {
                demand.failed(store, e.why(), clock.instant(), QueuedBlobs.WRONG);
            } catch (UpstreamException | UpstreamFailed | BlobUnknown e) {
                String why = e.getMessage() + " " + BlobKeeping.described(copy.name(), blob.digest());
                demand.failed(store, why, clock.instant(), QueuedBlobs.REFUSED);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private OptionalLong storedBytes() {
            try {
                Optional<BlobKey> upload = demand.upload();
                return upload.isPresent() ? OptionalLong.of(uploads.sizeBytes(upload.get())) : OptionalLong.empty();
            } catch (UploadUnknown swept) {
                return OptionalLong.empty();
            }
        }

        private void fetch(RemoteClients.Lease lease, BlobKey upload, long begin, Work work) throws IOException {
            long position = begin;
            try (BlobBody body = lease.upstream().blob(blob.digest(), position, blob.sizeBytes())) {
                blob = blob.withSize(body.totalBytes());
                // An upstream without ranges restarts at 0.
                body.skipNBytes(position - body.startsAt());
                while (renewed(upload) && blob.sizeBytes() - position > limits.sliceBytes()) {
                    var slice = new BoundedInputStream(body, limits.sliceBytes());
                    var part = new Chunk(OptionalLong.of(position), OptionalLong.of(limits.sliceBytes()), slice);
                    keeping.part(lease, blob, upload, part);
                    position += limits.sliceBytes();
                    if (clock.instant().isAfter(end)) {
                        var _ = renewed(upload);
                        queue.sendAgain(List.of(work));
                        return;
                    }
                }
                if (blob.sizeBytes() - position <= limits.sliceBytes()) {
                    keeping.rest(lease, copy.name(), blob, upload, position, body);
                    demand.met(store);
                }
            }
        }

        /** Whether the claim is still this one's. */
        private boolean renewed(BlobKey upload) {
            Optional<BlobDemand> renewed = demand.renewed(store, clock.instant().plus(CLAIM), Optional.of(upload));
            renewed.ifPresent(now -> demand = now);
            return renewed.isPresent();
        }
    }
}
