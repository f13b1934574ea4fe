package dev.lading.sync.copy;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.task.Tasks;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;

/**
 * Deduplicates fetches: of all runs that want a blob of one upstream, one fetches it. Messages of the others are stored
 * meanwhile, so that they hold no lane and no worker, and are sent again afterwards. A fetch ends with its task at the
 * latest; there is no time limit.
 */
public final class BlobFetches {
    private static final int WOKEN_AT_ONCE = 40;

    private final MetadataStore store;
    private final Tasks tasks;
    private final WorkQueue copies;
    private final InstantSource clock;

    public BlobFetches(MetadataStore store, Tasks tasks, WorkQueue copies, InstantSource clock) {
        this.store = store;
        this.tasks = tasks;
        this.copies = copies;
        this.clock = clock;
    }

    /** Whether the message's run is the one to fetch the blob; if not, the message is sent again later. */
    public boolean begin(Copying copying, Work message) {
        return OptimisticRetry.until(clock, () -> {
            Optional<BlobFetch> fetch = find(copying);
            if (fetch.isEmpty()) {
                return put(new BlobFetch(copying.upstream(), copying.digest(), copying.task(), 0), Condition.absent());
            }
            BlobFetch before = fetch.get();
            if (before.task().equals(copying.task())) {
                return Optional.of(true);
            }
            if (tasks.isUnwanted(before.task())) {
                return put(before.by(copying.task()), Condition.unchanged(before));
            }
            List<Write> wait = List.of(
                    Write.put(BlobFetch.Waiting.TABLE, BlobFetch.Waiting.of(copying, message)),
                    Write.checkUnchanged(BlobFetch.TABLE, before));
            return store.write(wait) ? Optional.of(false) : Optional.empty();
        });
    }

    private Optional<BlobFetch> find(Copying copying) {
        return store.get(BlobFetch.TABLE, BlobFetch.key(copying.upstream(), copying.digest()));
    }

    private Optional<Boolean> put(BlobFetch fetch, Condition condition) {
        return store.writeUnsynced(List.of(Write.put(BlobFetch.TABLE, fetch, condition)))
                ? Optional.of(true)
                : Optional.empty();
    }

    /**
     * Ends a run's fetch, whatever its outcome, and wakes the runs that wait for it. Idempotent; repeat it if it may
     * have been interrupted.
     */
    public void end(Copying copying) {
        find(copying)
                .filter(fetch -> fetch.task().equals(copying.task()))
                .ifPresent(fetch -> store.writeUnsynced(List.of(Write.deleteUnchanged(BlobFetch.TABLE, fetch))));
        store.stream(BlobFetch.Waiting.TABLE, BlobFetch.Waiting.all(copying, WOKEN_AT_ONCE))
                .gather(Gatherers.windowFixed(WOKEN_AT_ONCE))
                .forEach(this::wake);
    }

    /** Ends the fetch if this run had begun it. */
    public void endIfBegun(Copying copying) {
        if (find(copying).filter(fetch -> fetch.task().equals(copying.task())).isPresent()) {
            end(copying);
        }
    }

    /** Sends messages again, then deletes them: at least once, since a repeated message does no harm. */
    private void wake(List<BlobFetch.Waiting> some) {
        copies.sendAgain(some.stream().map(BlobFetch.Waiting::message).toList());
        some.forEach(each -> store.writeUnsynced(List.of(Write.deleteUnchanged(BlobFetch.Waiting.TABLE, each))));
    }
}
