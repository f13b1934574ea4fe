package dev.lading.commit;

import dev.lading.audit.Acting;
import dev.lading.audit.Actor;
import dev.lading.history.CommitFunction;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion.Maker;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.oci.RegistryException.EntityUnknown;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Group commit for repositories. Commits that wait while one is written are written together in the next transaction,
 * each as a version of its own, so many clients pushing into one repository cost few transactions and lose no races.
 * Writers in other processes are detected by a compare-and-set on the repository's revision; the loser decides again.
 */
public final class GroupCommit {
    private static final int LANES = 64;
    private static final int BATCH = 24;

    /** Races lost to other processes after which a batch takes the lease. */
    private static final int RACES = 4;

    private final MetadataStore store;
    private final VersionWriter writer;
    private final InstantSource clock;
    private final Acting acting;
    private final Consumer<Repository> written;
    private final Lane[] lanes = new Lane[LANES];

    /** @param written called with the head before new versions, once they are stored */
    public GroupCommit(
            MetadataStore store,
            VersionWriter writer,
            InstantSource clock,
            Acting acting,
            Consumer<Repository> written) {
        this.acting = acting;
        this.written = written;
        this.store = store;
        this.writer = writer;
        this.clock = clock;
        for (int i = 0; i < LANES; i++) {
            lanes[i] = new Lane();
        }
    }

    /** A queue of commits. Repositories share one by hash, so that the number of locks does not grow with theirs. */
    private static final class Lane {
        final ReentrantLock turn = new ReentrantLock(true);
        final Deque<Pending> waiting = new ArrayDeque<>();
    }

    private static final class Pending {
        final RepositoryId repository;
        final CommitFunction decision;
        final List<Actor> actors;
        long version = -1;

        @Nullable
        RuntimeException failure;

        Pending(RepositoryId repository, CommitFunction decision, List<Actor> actors) {
            this.repository = repository;
            this.decision = decision;
            this.actors = actors;
        }

        boolean isSettled() {
            return version >= 0 || failure != null;
        }
    }

    public long commit(RepositoryId repository, CommitFunction decision) {
        Lane lane = lanes[Math.floorMod(repository.hashCode(), LANES)];
        Pending mine = new Pending(repository, decision, acting.actors());
        synchronized (lane.waiting) {
            lane.waiting.add(mine);
        }
        lane.turn.lock();
        try {
            while (!mine.isSettled()) {
                settle(take(lane));
            }
        } finally {
            lane.turn.unlock();
        }
        if (mine.failure != null) {
            throw mine.failure;
        }
        return mine.version;
    }

    /** The commit that waits longest and those behind it into the same repository. */
    private static List<Pending> take(Lane lane) {
        synchronized (lane.waiting) {
            List<Pending> batch = new ArrayList<>();
            RepositoryId repository = lane.waiting.getFirst().repository;
            var each = lane.waiting.iterator();
            while (each.hasNext() && batch.size() < BATCH) {
                Pending next = each.next();
                if (next.repository.equals(repository)) {
                    batch.add(next);
                    each.remove();
                }
            }
            return batch;
        }
    }

    private void settle(List<Pending> batch) {
        try {
            var retry = new OptimisticRetry(clock);
            List<Pending> rest = batch;
            while (!rest.isEmpty()) {
                List<Pending> unsettled = rest;
                rest = retry.until(() -> attempt(unsettled, retry));
            }
        } catch (RuntimeException e) {
            batch.stream().filter(p -> !p.isSettled()).forEach(p -> p.failure = e);
        }
    }

    /** One transaction for as many commits as fit; answers those that are still to do. Empty: others were first. */
    private Optional<List<Pending>> attempt(List<Pending> unsettled, OptimisticRetry retry) {
        List<Pending> batch = rest(unsettled);
        if (batch.isEmpty()) {
            return Optional.of(batch);
        }
        Repository head = store.get(Repository.TABLE, Repository.key(batch.getFirst().repository))
                .orElseThrow(() -> new EntityUnknown("repository", batch.getFirst().repository));
        if (head.lease().isPresent()) {
            if (!head.lease().get().expires().isAfter(clock.instant())) {
                writer.sweepInterrupted(head);
            }
            return Optional.empty();
        }
        boolean written = retry.lost() < RACES
                ? write(batch, head)
                : writer.leased(head, retry.lost(), leased -> Optional.of(write(batch, leased)))
                        .orElse(false);
        if (!written) {
            retry.lose();
            return Optional.empty();
        }
        this.written.accept(head);
        return Optional.of(rest(batch));
    }

    /** All for whom a transaction is, each with the version that is theirs. */
    private static List<Actor> actors(Map<Pending, Long> drafted) {
        return drafted.entrySet().stream()
                .flatMap(each -> each.getKey().actors.stream().map(actor -> actor.by("version " + each.getValue())))
                .toList();
    }

    private static List<Pending> rest(List<Pending> batch) {
        return batch.stream().filter(pending -> !pending.isSettled()).toList();
    }

    /** Whether it was written; false: the compare-and-set lost to another writer, and all is decided again. */
    private boolean write(List<Pending> batch, Repository head) {
        var draft = new VersionDraft(head, RepositoryView.newest(store, head));
        Map<Pending, Long> drafted = new HashMap<>();
        // What failed because of drafted versions is decided again if those are not stored.
        Map<Pending, RuntimeException> failed = new HashMap<>();
        for (Pending pending : batch) {
            try {
                OptionalLong version = draft.add(pending.decision, Maker.of(pending.actors));
                if (version.isEmpty()) {
                    break;
                }
                drafted.put(pending, version.getAsLong());
            } catch (RuntimeException e) {
                if (draft.isEmpty()) {
                    pending.failure = e;
                } else {
                    failed.put(pending, e);
                }
            }
        }
        if (!acting.as(actors(drafted), () -> writer.write(draft))) {
            return false;
        }
        drafted.forEach((pending, version) -> pending.version = version);
        failed.forEach((pending, failure) -> pending.failure = failure);
        return true;
    }
}
