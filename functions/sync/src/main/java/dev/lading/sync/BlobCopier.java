package dev.lading.sync;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BoundedInputStream;
import dev.lading.content.ListedBlobs;
import dev.lading.history.row.ContentKind;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.SizeInvalid;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.sync.copy.BlobFetches;
import dev.lading.sync.copy.CopyQueue;
import dev.lading.sync.copy.Copying;
import dev.lading.sync.copy.Upstreams;
import dev.lading.sync.plan.Linking;
import dev.lading.sync.run.LostBlob;
import dev.lading.sync.run.SyncBlob;
import dev.lading.sync.run.SyncLimits;
import dev.lading.sync.run.SyncRun;
import dev.lading.sync.run.SyncRuns;
import dev.lading.sync.run.SyncRuns.Superseded;
import dev.lading.task.TaskRun;
import dev.lading.task.TaskRunner;
import dev.lading.task.Tasks;
import dev.lading.upload.Chunk;
import dev.lading.upload.UploadService;
import dev.lading.upstream.BlobBody;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import dev.lading.work.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Fetches one blob per message. Messages are delivered at least once; a repeated one, or one whose run has ended, does
 * nothing. A large blob is stored in slices: a process that dies loses only the last, and one that runs out of time
 * hands the rest on.
 */
public final class BlobCopier implements Worker {
    private static final Logger LOG = Logger.getLogger(BlobCopier.class);

    private final MetadataStore store;
    private final UploadService uploads;
    private final SyncRuns runs;
    private final Upstreams upstreams;
    private final Tasks tasks;
    private final TaskRunner runner;
    private final WorkQueue copies;
    private final BlobFetches fetches;
    private final Linking linking;
    private final ListedBlobs listed;
    private final SyncLimits limits;
    private final InstantSource clock;

    public BlobCopier(
            MetadataStore store,
            UploadService uploads,
            SyncRuns runs,
            Upstreams upstreams,
            Tasks tasks,
            TaskRunner runner,
            CopyQueue copies,
            Linking linking,
            SyncLimits limits,
            InstantSource clock) {
        this.store = store;
        this.uploads = uploads;
        this.runs = runs;
        this.upstreams = upstreams;
        this.tasks = tasks;
        this.runner = runner;
        this.copies = copies.queue();
        this.fetches = new BlobFetches(store, tasks, copies.queue(), clock);
        this.linking = linking;
        this.listed = new ListedBlobs(store);
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public void work(Work work) {
        Copying copying = Copying.read(work);
        boolean done = false;
        try {
            done = runner.resume(copying.task(), run -> copy(copying, work, run));
        } catch (StoreBusy e) {
            LOG.debugf(e, "%s is tried again", copying);
            copies.sendAgain(List.of(work));
        } catch (IOException e) {
            noteFailure(copying, e);
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            noteFailure(copying, e);
            throw e;
        } finally {
            if (!done) {
                endFetch(copying);
            }
        }
    }

    /** Ends the fetch when it is retried later or never, so that other runs need not wait for it. */
    private void endFetch(Copying copying) {
        try {
            fetches.end(copying);
        } catch (RuntimeException e) {
            LOG.warnf(e, "who waits for blob %s waits until task %s has ended", copying.digest(), copying.task());
        }
    }

    /** Fails the task, which cannot be done without this blob, unless it was stored and only the end was not reached. */
    @Override
    public void deadLetter(Work work) {
        Copying copying = Copying.read(work);
        try {
            SyncRun run = runs.get(copying.repository(), copying.task());
            find(run, copying.digest())
                    .ifPresentOrElse(blob -> runner.fail(copying.task(), givenUp(blob)), () -> commitIfFetched(run));
        } catch (Superseded e) {
            LOG.debugf("nobody wants %s any more", copying);
        }
        endFetch(copying);
    }

    private static String givenUp(SyncBlob blob) {
        return blob.described() + " could not be stored, however often it was tried: "
                + blob.failure().orElse("the server failed or had no capacity left to begin; its log says why")
                + ". Sync again when that is put right; what was fetched is kept";
    }

    /** Stores the failure for {@link #deadLetter}, which may run in another process. */
    private void noteFailure(Copying copying, Exception failure) {
        try {
            find(copying)
                    .ifPresent(blob -> store.writeUnsynced(List.of(Write.put(
                            SyncBlob.TABLE, blob.failed(String.valueOf(failure)), Condition.unchanged(blob)))));
        } catch (RuntimeException e) {
            LOG.debugf(e, "no reason is kept for %s", copying);
        }
    }

    private Optional<SyncBlob> find(Copying copying) {
        try {
            return find(runs.get(copying.repository(), copying.task()), copying.digest());
        } catch (Superseded e) {
            return Optional.empty();
        }
    }

    private Optional<SyncBlob> find(SyncRun run, Digest digest) {
        return store.get(SyncBlob.TABLE, SyncBlob.key(run.staging(), digest))
                .filter(blob -> blob.task().equals(run.task()));
    }

    private void copy(Copying copying, Work message, TaskRun task) throws IOException {
        try {
            SyncRun run = runs.get(copying.repository(), copying.task());
            Optional<SyncBlob> wanted = find(run, copying.digest());
            if (wanted.isEmpty()) {
                // A redelivery: the process that stored the blob may have died before the end.
                commitIfFetched(run);
                fetches.end(copying);
            } else if (linked(run, wanted.get(), task)) {
                fetches.endIfBegun(copying);
            } else if (fetches.begin(copying, message)) {
                fetch(copying, run, wanted.get(), task);
            }
        } catch (Superseded e) {
            LOG.debugf("nobody wants %s any more", copying);
            fetches.end(copying);
        }
    }

    private void commitIfFetched(SyncRun run) {
        if (run.isFetched()) {
            tasks.redeliver(run.task());
        }
    }

    private void fetch(Copying copying, SyncRun run, SyncBlob blob, TaskRun task) throws IOException {
        // Another writer may have stored it between the check and the turn.
        if (linked(run, blob, task)) {
            fetches.end(copying);
            return;
        }
        try (var lease = upstreams.lease(run.task(), run.remote())) {
            if (new Copy(copying, run, blob, task, lease.upstream().toString()).make(lease)) {
                fetches.end(copying);
            }
        } catch (UpstreamException e) {
            RuntimeException failure = SyncTask.failure(
                    e, blob.of().map(what -> " (" + what + " names it)").orElse(""));
            if (!(failure instanceof UpstreamFailed failed)) {
                throw failure;
            }
            doWithout(copying, run, blob, task, failed);
        } catch (UpstreamFailed e) {
            doWithout(copying, run, blob, task, e);
        }
    }

    /**
     * Continues without a blob that no image needs.
     *
     * @throws UpstreamFailed the failure, if an image needs it
     */
    private void doWithout(Copying copying, SyncRun run, SyncBlob blob, TaskRun task, UpstreamFailed failure) {
        if (!blob.optional()) {
            throw failure;
        }
        task.check();
        String why = String.valueOf(failure.getMessage());
        SyncRun after = runs.change(
                run.repository(),
                run.task(),
                before -> before.without(why, blob.sizeBytes(), clock.instant()),
                changed -> List.of(
                        Write.deleteUnchanged(
                                SyncBlob.TABLE, find(run, blob.digest()).orElseThrow(Superseded::new)),
                        Write.put(LostBlob.TABLE, new LostBlob(run.staging(), blob.digest(), run.task(), why))));
        after.figures().report(task, after.planning().complete());
        commitIfFetched(after);
        fetches.end(copying);
    }

    /** Links a blob that another client or run has stored since it was planned; false: there is none to link. */
    private boolean linked(SyncRun run, SyncBlob blob, TaskRun task) {
        boolean isHeld =
                store.get(BlobRecord.TABLE, BlobRecord.key(blob.digest())).isPresent();
        if (!isHeld || !mayLink(run, blob)) {
            return false;
        }
        var claim = new Claim(run, blob);
        boolean linked = claim.inTurn(() -> OptimisticRetry.until(clock, () -> link(claim, blob)));
        if (linked) {
            claim.stored(task);
        }
        return linked;
    }

    private boolean mayLink(SyncRun run, SyncBlob blob) {
        return linking.of(run.repository(), run.remote(), tasks.caller(run.task()))
                .allows(ContentKind.BLOB, blob.digest());
    }

    /** Whether it was linked; empty: the transaction lost to clean-up or to another blob of the run. */
    private Optional<Boolean> link(Claim claim, SyncBlob blob) {
        Optional<BlobRecord> bytes = store.get(BlobRecord.TABLE, BlobRecord.key(blob.digest()));
        if (bytes.isEmpty()) {
            return Optional.of(false);
        }
        List<Write> writes = new ArrayList<>(claim.on(bytes.get()));
        writes.add(bytes.get().use());
        return store.write(writes) ? Optional.of(true) : Optional.empty();
    }

    /** Stages the blob, removes it from the open ones and counts it, in the transaction that stores its record. */
    private final class Claim implements UploadService.Claim {
        private final SyncRun run;
        private final SyncBlob blob;
        private final long uncounted;
        private SyncRun after;

        Claim(SyncRun run, SyncBlob blob) {
            this(run, blob, blob.sizeBytes());
        }

        /** @param uncounted bytes that the run's figures do not include yet */
        Claim(SyncRun run, SyncBlob blob, long uncounted) {
            this.run = run;
            this.blob = blob;
            this.uncounted = uncounted;
            this.after = run;
        }

        @Override
        public List<Write> on(BlobRecord bytes) {
            SyncRun now = runs.get(run.repository(), run.task());
            if (!now.staging().equals(run.staging())) {
                throw new Superseded();
            }
            SyncBlob open = find(now, blob.digest()).orElseThrow(Superseded::new);
            after = now.closed(uncounted, clock.instant());
            List<Write> writes = new ArrayList<>(run.staging().blob(bytes, clock.instant()));
            writes.add(Write.put(SyncRun.TABLE, after, Condition.unchanged(now)));
            writes.add(Write.deleteUnchanged(SyncBlob.TABLE, open));
            if (open.fills()) {
                writes.addAll(listed.filling(run.repository(), bytes));
            }
            return writes;
        }

        @Override
        public <T> T inTurn(Supplier<T> tries) {
            return runs.inTurn(run.repository(), tries);
        }

        void stored(TaskRun task) {
            after.figures().report(task, after.planning().complete());
            commitIfFetched(after);
        }
    }

    /** The transfer of one blob. */
    private final class Copy {
        private final Copying copying;
        private final SyncRun run;
        private final TaskRun task;
        private final String source;
        private final Instant end = clock.instant().plus(limits.copying());
        private SyncBlob blob;

        Copy(Copying copying, SyncRun run, SyncBlob blob, TaskRun task, String source) {
            this.copying = copying;
            this.run = run;
            this.blob = blob;
            this.task = task;
            this.source = source;
        }

        /** Whether the blob is complete; false: time ran out, and the rest was handed on. */
        boolean make(Upstreams.Lease lease) throws IOException {
            OptionalLong there = blob.uploadedBytes(uploads);
            BlobKey key = there.isPresent() ? blob.upload().orElseThrow() : begin();
            try {
                return fetch(lease, key, there.orElse(0));
            } catch (RuntimeException | IOException e) {
                if (blob.upload().isEmpty()) {
                    forget(key, e);
                }
                throw e;
            }
        }

        /** Deletes an upload that will not be resumed. */
        private void forget(BlobKey key, Exception failure) {
            try {
                uploads.cancel(key);
            } catch (UploadUnknown gone) {
                LOG.debugf("upload %s is gone already", key);
            } catch (RuntimeException | IOException e) {
                // The sweep deletes it later.
                failure.addSuppressed(e);
            }
        }

        private boolean fetch(Upstreams.Lease lease, BlobKey key, long begin) throws IOException {
            long position = begin;
            try (BlobBody body = lease.upstream().blob(blob.digest(), position, blob.sizeBytes())) {
                // An upstream without ranges restarts at 0.
                body.skipNBytes(position - body.startsAt());
                while (blob.sizeBytes() - position > limits.sliceBytes()) {
                    append(key, new BoundedInputStream(body, limits.sliceBytes()), position);
                    position += limits.sliceBytes();
                    if (clock.instant().isAfter(end)) {
                        copies.sendAgain(List.of(copying.work(run.remote(), blob.lane())));
                        return false;
                    }
                }
                finish(key, body, position);
                return true;
            }
        }

        /** Begins an upload; the key is stored if the blob has several slices. */
        private BlobKey begin() {
            BlobKey key = uploads.begin().key();
            if (blob.sizeBytes() > limits.sliceBytes()) {
                blob = OptimisticRetry.until(clock, () -> {
                    SyncBlob open = find(run, blob.digest()).orElseThrow(Superseded::new);
                    SyncBlob begun = open.uploadedTo(key);
                    return store.writeUnsynced(List.of(Write.put(SyncBlob.TABLE, begun, Condition.unchanged(open))))
                            ? Optional.of(begun)
                            : Optional.empty();
                });
            }
            return key;
        }

        private void append(BlobKey key, InputStream slice, long position) throws IOException {
            try {
                uploads.append(key, new Chunk(OptionalLong.of(position), OptionalLong.of(limits.sliceBytes()), slice));
            } catch (SizeInvalid e) {
                throw wrongSize();
            }
            SyncRun after = runs.change(
                    run.repository(), run.task(), before -> before.copied(limits.sliceBytes(), clock.instant()));
            after.figures().report(task, after.planning().complete());
        }

        private void finish(BlobKey key, BlobBody body, long position) throws IOException {
            long rest = blob.sizeBytes() - position;
            var claim = new Claim(run, blob, rest);
            try {
                uploads.finish(
                        key, new Chunk(OptionalLong.of(position), OptionalLong.of(rest), body), blob.digest(), claim);
            } catch (DigestInvalid e) {
                throw new UpstreamFailed(blob.described() + " of " + source + " came with other content: "
                        + e.getMessage() + "; nothing of it is kept");
            } catch (SizeInvalid e) {
                throw wrongSize();
            }
            claim.stored(task);
        }

        private UpstreamFailed wrongSize() {
            return new UpstreamFailed(blob.described() + " of " + source + " has not the " + blob.sizeBytes()
                    + " bytes that its manifest says");
        }
    }
}
