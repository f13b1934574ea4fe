package dev.lading.sync.plan;

import dev.lading.blob.BlobRecord;
import dev.lading.content.ListedBlobs;
import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.repository.RepositoryService;
import dev.lading.sync.copy.Copying;
import dev.lading.sync.run.SyncBlob;
import dev.lading.sync.run.SyncFigures;
import dev.lading.sync.run.SyncPart;
import dev.lading.sync.run.SyncRun;
import dev.lading.sync.run.SyncRuns;
import dev.lading.task.TaskRun;
import dev.lading.upload.UploadService;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;

/**
 * Stages what a run takes: manifests at once, blobs that the registry has and may link at once, too, and the others once
 * fetched, for which it queues messages. Single-threaded; writes are batched.
 */
final class StagingWriter {
    private static final int WRITES_AT_ONCE = 80;
    private static final int BYTES_AT_ONCE = 2_000_000;
    private static final int BLOBS_AT_ONCE = 60;
    private static final int PARTS_AT_ONCE = 20;
    private static final Duration QUEUE_PAUSE = Duration.ofMillis(100);

    private final MetadataStore store;
    private final ManifestService manifests;
    private final UploadService uploads;
    private final SyncRuns runs;
    private final WorkQueue copies;
    private final InstantSource clock;
    private final TaskRun task;
    private final String upstream;
    private final boolean strict;
    private final int lanes;
    private final Linking.Rule linking;
    private final Optional<BlobOrigin> onDemand;
    private final ListedBlobs listedBlobs;
    private final RepositoryView staged;

    /** Whether another process, or a failed run, may have staged something. */
    private final boolean goesOn;

    private final Map<Digest, SyncBlob> known = new HashMap<>();

    /** What refers to each blob; of several, one that an image needs. */
    private final Map<Digest, Trail> blobs = new HashMap<>();

    /** Blobs that the repository lists and is to hold. */
    private final Set<Digest> filled = new HashSet<>();

    /** Layers that are listed only, unless the registry has them. */
    private final Set<Digest> listed = new HashSet<>();

    private final List<Supplier<List<Write>>> pending = new ArrayList<>();
    private final Map<Digest, Descriptor> missing = new LinkedHashMap<>();
    private int pendingWrites;
    private int pendingBytes;
    private int nextLane;
    private SyncRun run;

    /**
     * @param upstream the URL of the registry that is synced from
     * @param strict whether a missing blob always fails the run
     * @param linking what may be taken from other repositories
     * @param onDemand where layers are fetched from when they are first wanted; empty: by this run
     */
    StagingWriter(
            MetadataStore store,
            RepositoryService repositories,
            ManifestService manifests,
            UploadService uploads,
            SyncRuns runs,
            WorkQueue copies,
            InstantSource clock,
            SyncRun run,
            TaskRun task,
            String upstream,
            boolean strict,
            int lanes,
            Linking.Rule linking,
            Optional<BlobOrigin> onDemand) {
        this.store = store;
        this.manifests = manifests;
        this.uploads = uploads;
        this.runs = runs;
        this.copies = copies;
        this.clock = clock;
        this.run = run;
        this.task = task;
        this.upstream = upstream;
        this.strict = strict;
        this.lanes = lanes;
        this.linking = linking;
        this.onDemand = onDemand;
        this.listedBlobs = new ListedBlobs(store);
        this.staged = repositories.view(run.staging());
        this.goesOn = run.staged();
        if (goesOn) {
            store.stream(SyncBlob.TABLE, SyncBlob.all(run.staging(), BLOBS_AT_ONCE))
                    .forEach(blob -> known.put(blob.digest(), blob));
        }
    }

    /** The run as it is stored. */
    SyncRun run() {
        return run;
    }

    /** Whether something may have been staged before. */
    boolean goesOn() {
        return goesOn;
    }

    /** A manifest that was staged before. */
    Optional<ManifestEntry> before(Digest manifest) {
        return goesOn ? staged.manifest(manifest) : Optional.empty();
    }

    /** Whether a manifest may be taken from another repository. */
    boolean mayLink(Digest manifest) {
        return linking.allows(ContentKind.MANIFEST, manifest);
    }

    void manifest(Digest digest, Manifest manifest, byte[] body) throws IOException {
        List<Write> writes = manifests.stage(run.staging(), digest, manifest, body);
        add(() -> writes, writes.size(), body.length);
    }

    /** Stages what a manifest names; of a remote on demand, layers are only listed. */
    void content(Manifest manifest, Trail trail) {
        for (Descriptor blob : manifest.content()) {
            if (onDemand.isPresent() && manifest.isLayer(blob.digest()) && !blobs.containsKey(blob.digest())) {
                list(blob, onDemand.get());
            } else {
                blob(blob, trail);
            }
        }
    }

    /** Fetches what a manifest names and the repository only lists. */
    void complete(Manifest manifest, RepositoryView newest, Trail trail) {
        manifest.content().stream()
                .filter(blob -> newest.blobInVersion(blob.digest())
                        .filter(row -> !row.isHeld())
                        .isPresent())
                .forEach(blob -> {
                    filled.add(blob.digest());
                    blob(blob, trail);
                });
    }

    private void list(Descriptor layer, BlobOrigin origin) {
        if (listed.add(layer.digest())
                && !(goesOn && staged.blobInVersion(layer.digest()).isPresent())) {
            add(() -> link(layer, origin), 3, 0);
        }
    }

    private List<Write> link(Descriptor layer, BlobOrigin origin) {
        Optional<BlobRecord> bytes = linkable(layer);
        if (bytes.isPresent()) {
            return staged(bytes.get(), Optional.of(origin));
        }
        ContentUnit unit = staged.unitOf(ContentKind.BLOB, layer.digest().toString(), clock.instant());
        return run.staging().listed(unit, layer.sizeBytes(), origin, clock.instant());
    }

    /** Stages a blob of an image, once. */
    private void blob(Descriptor blob, Trail trail) {
        Digest digest = blob.digest();
        Trail before = blobs.get(digest);
        if (before == null || (trail.needed() && !before.needed())) {
            blobs.put(digest, trail);
        }
        boolean isStaged =
                goesOn && staged.blobInVersion(digest).filter(BlobEntry::isHeld).isPresent();
        if (before == null && !isStaged) {
            add(() -> link(blob), 3, 0);
        }
    }

    /** Writes that stage a blob; none if the registry lacks it and it must be fetched. */
    private List<Write> link(Descriptor blob) {
        Optional<BlobRecord> bytes = linkable(blob);
        if (bytes.isEmpty()) {
            missing.put(blob.digest(), blob);
            return List.of();
        }
        List<Write> writes = new ArrayList<>(staged(bytes.get(), Optional.empty()));
        if (filled.contains(blob.digest())) {
            writes.addAll(listedBlobs.filling(run.repository(), bytes.get()));
        }
        return writes;
    }

    private List<Write> staged(BlobRecord bytes, Optional<BlobOrigin> origin) {
        List<Write> writes = new ArrayList<>(run.staging().blob(bytes, origin, clock.instant()));
        writes.add(bytes.use());
        return writes;
    }

    /** Bytes that the registry has and the run may take. */
    private Optional<BlobRecord> linkable(Descriptor blob) {
        return store.get(BlobRecord.TABLE, BlobRecord.key(blob.digest()))
                .filter(bytes -> linking.allows(ContentKind.BLOB, blob.digest()));
    }

    private void add(Supplier<List<Write>> writes, int count, int bytes) {
        if (pendingWrites + count > WRITES_AT_ONCE || pendingBytes + bytes > BYTES_AT_ONCE) {
            writePending();
        }
        pending.add(writes);
        pendingWrites += count;
        pendingBytes += bytes;
    }

    /** Stores what was taken so far, and queues missing blobs. */
    void flush() {
        writePending();
        List<Descriptor> all = List.copyOf(missing.values());
        for (int from = 0; from < all.size(); from += BLOBS_AT_ONCE) {
            fetch(all.subList(from, Math.min(from + BLOBS_AT_ONCE, all.size())));
        }
        missing.clear();
    }

    private void writePending() {
        if (!pending.isEmpty()) {
            requireStaging();
            List<Write> all =
                    pending.stream().flatMap(each -> each.get().stream()).toList();
            if (!store.writeUnsynced(all)) {
                // Clean-up has claimed one of the blobs, or another writer has just used it.
                pending.forEach(each -> OptimisticRetry.until(
                        clock, () -> store.writeUnsynced(each.get()) ? Optional.of(each) : Optional.empty()));
            }
            pending.clear();
            pendingWrites = 0;
            pendingBytes = 0;
        }
    }

    private void requireStaging() {
        if (!run.staged()) {
            change(before -> before.staging(clock.instant()), List.of());
        }
    }

    private void change(UnaryOperator<SyncRun> change, List<Write> with) {
        run = runs.change(run.repository(), run.task(), change, after -> with);
    }

    private void fetch(List<Descriptor> some) {
        requireStaging();
        List<Work> messages = new ArrayList<>();
        List<Write> wanted = new ArrayList<>();
        long bytes = 0;
        for (Descriptor blob : some) {
            SyncBlob record = record(blob, Objects.requireNonNull(blobs.get(blob.digest())));
            if (!record.equals(known.put(blob.digest(), record))) {
                wanted.add(Write.put(SyncBlob.TABLE, record));
                // A failed run may have stored some of its bytes.
                bytes += blob.sizeBytes() - record.uploadedBytes(uploads).orElse(0);
            }
            messages.add(new Copying(run.repository(), run.task(), blob.digest(), upstream)
                    .work(run.remote(), record.lane()));
        }
        if (!wanted.isEmpty()) {
            long more = bytes;
            change(before -> before.opened(wanted.size(), more, clock.instant()), wanted);
        }
        send(messages);
    }

    /** The record of a blob; the present one, if an interrupted planner of this run has made it. */
    private SyncBlob record(Descriptor blob, Trail trail) {
        SyncBlob record = known.get(blob.digest());
        boolean optional = !strict && !trail.needed();
        boolean fills = filled.contains(blob.digest());
        if (record == null) {
            return SyncBlob.wanted(run.staging(), blob, trail.toString(), optional, fills, run.task(), nextLane());
        }
        return record.task().equals(run.task())
                ? record
                : record.wantedBy(run.task(), blob, trail.toString(), optional, fills, nextLane());
    }

    private int nextLane() {
        return nextLane++ % lanes;
    }

    /** Sends messages, waiting for room in the queue: copiers make it, or end the task. */
    private void send(List<Work> messages) {
        while (!copies.send(messages)) {
            report(run.figures());
            LockSupport.parkNanos(QUEUE_PAUSE.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("stopped while too much was waiting to be copied");
            }
        }
    }

    /** Stores the planner's progress and findings; parts count once the last of them is stored. */
    void planned(SyncRun.Planning planning, SyncFigures looked, List<SyncPart> parts) {
        Deque<List<Write>> writes = parts.stream()
                .map(part -> Write.put(SyncPart.TABLE, part))
                .gather(Gatherers.windowFixed(PARTS_AT_ONCE))
                .collect(Collectors.toCollection(ArrayDeque::new));
        List<Write> last = writes.isEmpty() ? List.of() : writes.removeLast();
        writes.forEach(some -> change(before -> before.staging(clock.instant()), some));
        change(before -> before.planned(planning, before.figures().looked(looked), clock.instant()), last);
    }

    /** @param looked the planner's progress; the copiers' is read from the stored run */
    void report(SyncFigures looked) {
        run = runs.get(run.repository(), run.task());
        run.figures().looked(looked).report(task, run.planning().complete());
    }
}
