package dev.lading.sync.demand;

import dev.lading.blob.BlobKey;
import dev.lading.history.row.BlobOrigin;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A claim to fetch a blob that clients wait for, of processes that do not know each other; then, for seconds, why it was
 * not to be had. There is none of a blob that was fetched.
 *
 * @param claim of the process that fetches it
 * @param until when another process may claim it, unless it is renewed, or ask the upstream again
 * @param upload of which a large blob has stored parts
 * @param failure why it was not to be had
 */
record BlobDemand(
        BlobOrigin origin,
        Digest digest,
        UUID claim,
        Instant until,
        Optional<BlobKey> upload,
        Optional<String> failure,
        long revision)
        implements Revised {
    static final Table<BlobDemand> TABLE =
            new Table<>("blob-demand", BlobDemand.class, demand -> key(demand.origin(), demand.digest()));

    private static Key key(BlobOrigin origin, Digest digest) {
        return new Key(digest + " " + origin.remote() + " " + origin.upstreamName(), "demand");
    }

    static Optional<BlobDemand> find(MetadataStore store, BlobOrigin origin, Digest digest) {
        return store.get(TABLE, key(origin, digest));
    }

    /** Claims what nobody has claimed; empty: somebody has. */
    static Optional<BlobDemand> claim(
            MetadataStore store, BlobOrigin origin, Digest digest, UUID claim, Instant until) {
        var demand = new BlobDemand(origin, digest, claim, until, Optional.empty(), Optional.empty(), 0);
        return demand.written(store, Condition.absent());
    }

    boolean isOver(Instant now) {
        return !now.isBefore(until);
    }

    /** Claims a demand whose claim has ended; what is stored of the blob stays. Empty: somebody else was faster. */
    Optional<BlobDemand> claimedAgain(MetadataStore store, UUID other, Instant end) {
        return new BlobDemand(origin, digest, other, end, upload, Optional.empty(), revision + 1)
                .written(store, Condition.unchanged(this));
    }

    /** The claim, for longer; empty: it is another's by now. */
    Optional<BlobDemand> renewed(MetadataStore store, Instant end, Optional<BlobKey> parts) {
        return new BlobDemand(origin, digest, claim, end, parts, Optional.empty(), revision + 1)
                .written(store, Condition.unchanged(this));
    }

    /** Says why the blob is not to be had, for a time. */
    void failed(MetadataStore store, String why, Instant now, Duration remembered) {
        new BlobDemand(origin, digest, claim, now.plus(remembered), Optional.empty(), Optional.of(why), revision + 1)
                .written(store, Condition.unchanged(this));
    }

    /** Ends a demand that was met. */
    void met(MetadataStore store) {
        store.write(Write.deleteUnchanged(TABLE, this));
    }

    private Optional<BlobDemand> written(MetadataStore store, Condition condition) {
        return store.write(Write.put(TABLE, this, condition)) ? Optional.of(this) : Optional.empty();
    }
}
