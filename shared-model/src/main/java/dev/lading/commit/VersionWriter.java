package dev.lading.commit;

import dev.lading.history.Change;
import dev.lading.history.Changes;
import dev.lading.history.NewestUnits;
import dev.lading.history.PullPath;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Stores versions so that readers see each of them whole or not at all. A small one is one transaction. A large one is
 * written in parts under the next number, which no reader looks at until the head moves there; a lease on the
 * repository keeps other writers off that number meanwhile, and every part checks that the lease still holds.
 */
public final class VersionWriter {
    public static final Duration LEASE = Duration.ofSeconds(30);

    private static final int MAX_LEASES = 10;

    private final MetadataStore store;
    private final InstantSource clock;

    public VersionWriter(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Leases the repository while a change is decided and written. A slow decision loses every race against quick ones;
     * taking the lease is as quick as they are.
     *
     * @param lost how often the change has lost so far; the lease grows with it
     * @param attempt given the leased record, which its write replaces
     * @return the attempt's result; empty: the compare-and-set lost to another writer
     */
    public <T> Optional<T> leased(Repository head, int lost, Function<Repository, Optional<T>> attempt) {
        Repository leased = head.leased(clock.instant().plus(LEASE.multipliedBy(Math.min(lost, MAX_LEASES))));
        if (!store.writeUnsynced(List.of(Write.put(Repository.TABLE, leased, Condition.unchanged(head))))) {
            return Optional.empty();
        }
        try {
            return attempt.apply(leased);
        } finally {
            // Unless it was replaced, or the lease had ended.
            store.writeUnsynced(List.of(Write.put(Repository.TABLE, leased.unleased(), Condition.unchanged(leased))));
        }
    }

    /**
     * Whether it was written; false: the compare-and-set lost to another writer, and nothing of the draft is visible.
     */
    public boolean write(VersionDraft draft) {
        if (draft.versions().isEmpty()) {
            return draft.alongside().isEmpty()
                    || fenced(
                            prepend(Write.checkUnchanged(Repository.TABLE, draft.head()), draft.alongside()),
                            store::write);
        }
        if (draft.fitsOneTransaction()) {
            return writeAtOnce(draft);
        }
        BulkChange.Plan plan =
                BulkChange.Plan.of(draft.versions().getFirst().split().iterator());
        return write(draft.head(), plan, Progress.NONE).isPresent();
    }

    private boolean writeAtOnce(VersionDraft draft) {
        Repository head = draft.head();
        Instant now = clock.instant();
        List<Write> writes = new ArrayList<>();
        ContentCounts present = head.present();
        long number = head.last();
        for (Changes changes : draft.versions()) {
            present = present.plus(changes.added()).minus(changes.removed());
            List<Change> log = changes.rows().stream().map(Change::of).toList();
            writes.add(Write.put(
                    RepositoryVersion.TABLE,
                    new RepositoryVersion(
                            head.id(),
                            ++number,
                            now,
                            Optional.empty(),
                            present,
                            changes.added(),
                            changes.removed(),
                            Optional.empty(),
                            log,
                            0)));
            changes.rows().forEach(row -> writes.add(row.put()));
        }
        writes.addAll(draft.alongside());
        return fenced(prepend(moveHead(head, head.grown(draft.versions().size(), present)), writes), store::write);
    }

    /**
     * Makes one version of a plan.
     *
     * @return that version, or the newest if there is nothing to change; empty: another writer changed the repository
     *     or the plan's fence first, and nothing is visible
     */
    public OptionalLong write(Repository head, BulkChange.Plan plan, Progress progress) {
        var source = new VersionPart.Source(plan.steps());
        VersionPart first = source.next();
        if (source.hasNext()) {
            return writeInParts(head, first, source, plan, progress)
                    ? OptionalLong.of(head.last() + 1)
                    : OptionalLong.empty();
        }
        boolean nothing = first.rows().isEmpty();
        long version = nothing ? head.version() : head.last() + 1;
        List<Write> writes = new ArrayList<>(first.all());
        writes.addAll(plan.fence());
        writes.addAll(plan.atEnd().apply(version));
        if (nothing) {
            boolean unchanged = writes.isEmpty()
                    || fenced(prepend(Write.checkUnchanged(Repository.TABLE, head), writes), store::write);
            return unchanged ? OptionalLong.of(version) : OptionalLong.empty();
        }
        var totals = new Totals(head, plan);
        totals.add(first);
        writes.add(totals.version(clock.instant(), first.log()));
        progress.at(first.rows().size(), plan.total());
        boolean written = fenced(prepend(moveHead(head, totals.head(head)), writes), store::write);
        return written ? OptionalLong.of(version) : OptionalLong.empty();
    }

    /** Writes only if the bytes stay that rows hold and that might be given up at this moment. */
    private boolean fenced(List<Write> writes, Predicate<List<Write>> write) {
        return BytesFence.of(store, writes)
                .filter(fences -> write.test(prepend(writes, fences)))
                .isPresent();
    }

    /** Counts of a version while its parts are written. */
    private static final class Totals {
        private final Repository before;
        private final BulkChange.Plan plan;
        private final List<Write> atTheEnd = new ArrayList<>();
        private ContentCounts added = ContentCounts.NONE;
        private ContentCounts removed = ContentCounts.NONE;
        private final NewestUnits.Selection newest = new NewestUnits.Selection();
        private long rows;

        Totals(Repository before, BulkChange.Plan plan) {
            this.before = before;
            this.plan = plan;
        }

        void add(VersionPart part) {
            added = added.plus(part.added());
            removed = removed.plus(part.removed());
            rows += part.rows().size();
            part.rows().forEach(newest::add);
            atTheEnd.addAll(part.atTheEnd());
        }

        Write version(Instant now, List<Change> log) {
            return Write.put(
                    RepositoryVersion.TABLE,
                    new RepositoryVersion(
                            before.id(),
                            before.last() + 1,
                            now,
                            plan.base(),
                            present(),
                            added,
                            removed,
                            plan.note(),
                            log,
                            0));
        }

        /** @param held the repository's record as it is now */
        Repository head(Repository held) {
            return held.grown(1, present());
        }

        private ContentCounts present() {
            return before.present().plus(added).minus(removed);
        }
    }

    private boolean writeInParts(
            Repository head, VersionPart first, VersionPart.Source rest, BulkChange.Plan plan, Progress progress) {
        Repository leased = head.leased(clock.instant().plus(LEASE));
        if (!store.writeUnsynced(List.of(Write.put(Repository.TABLE, leased, Condition.unchanged(head))))) {
            return false;
        }
        Lease lease = new Lease(leased);
        try {
            var totals = new Totals(head, plan);
            if (writeParts(first, rest, plan, totals, lease, progress) && finish(plan, totals, lease)) {
                return true;
            }
            lease.giveBack();
            return false;
        } catch (RuntimeException e) {
            try {
                lease.giveBack();
            } catch (RuntimeException left) {
                // The next writer sweeps, once the lease has ended.
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** The right to write under the next number while the repository's record is the one held here. */
    private final class Lease {
        private Repository held;

        Lease(Repository held) {
            this.held = held;
        }

        /**
         * Writes if the lease still holds, and renews it once half of it has passed. The write is not synced, since
         * nobody sees it yet: the write that ends the lease is, and makes all earlier ones durable.
         */
        boolean write(List<Write> writes) {
            Instant now = clock.instant();
            boolean renew = held.lease().orElseThrow().expires().isBefore(now.plus(LEASE.dividedBy(2)));
            Repository next = renew ? held.leased(now.plus(LEASE)) : held;
            Write check = renew
                    ? Write.put(Repository.TABLE, next, Condition.unchanged(held))
                    : Write.checkUnchanged(Repository.TABLE, held);
            boolean written = store.writeUnsynced(prepend(check, writes));
            held = written ? next : held;
            return written;
        }

        /** Gives the lease back early, if it still holds. */
        void giveBack() {
            sweepInterrupted(held);
        }
    }

    /** Whether all parts were written; false: the lease was lost, or the fence does not hold. */
    private boolean writeParts(
            VersionPart first,
            VersionPart.Source rest,
            BulkChange.Plan plan,
            Totals totals,
            Lease lease,
            Progress progress) {
        RepositoryId repository = lease.held.id();
        long version = lease.held.last() + 1;
        VersionPart part = first;
        for (int number = 0; ; number++) {
            List<Write> writes = new ArrayList<>(part.untilTheEnd());
            writes.add(Write.put(Change.Part.TABLE, new Change.Part(repository, version, number, part.log())));
            writes.addAll(plan.fence());
            if (!fenced(writes, lease::write)) {
                return false;
            }
            totals.add(part);
            progress.at(totals.rows, plan.total());
            if (!rest.hasNext()) {
                return lease.write(List.of(Write.put(
                        Change.Part.TABLE,
                        new Change.Part(repository, version, number + 1, List.of(), totals.newest.tables()))));
            }
            part = rest.next();
        }
    }

    private boolean finish(BulkChange.Plan plan, Totals totals, Lease lease) {
        Repository moved = totals.head(lease.held);
        List<Write> writes = new ArrayList<>(totals.atTheEnd);
        writes.add(totals.version(clock.instant(), List.of()));
        writes.addAll(plan.fence());
        writes.addAll(plan.atEnd().apply(moved.version()));
        return store.write(prepend(moveHead(lease.held, moved), writes));
    }

    /**
     * Deletes rows above the head: of an unfinished version, or of newest ones that were deleted. Their log parts list
     * them. Afterwards the next number is free.
     */
    public void sweepInterrupted(Repository interrupted) {
        Repository taken = interrupted.leased(clock.instant().plus(LEASE));
        if (!store.write(Write.put(Repository.TABLE, taken, Condition.unchanged(interrupted)))) {
            return;
        }
        Lease lease = new Lease(taken);
        var removal = new RowRemoval(
                store,
                taken.id(),
                row -> row.version() > taken.version() && row.version() != Content.PENDING,
                RowRemoval::namedInline);
        var parts = Change.Part.between(taken.id(), taken.version(), Content.PENDING, RowRemoval.PARTS);
        List<Change.Part> page = store.query(Change.Part.TABLE, parts).records();
        while (!page.isEmpty()) {
            for (Change.Part part : page) {
                if (!removal.remove(part, lease::write)) {
                    return;
                }
            }
            page = store.query(Change.Part.TABLE, parts).records();
        }
        store.write(Write.put(Repository.TABLE, lease.held.unleased(), Condition.unchanged(lease.held)));
    }

    /** The repository's record and the names that show its newest version. */
    public List<Write> moveHead(Repository head, Repository moved) {
        List<Write> writes = new ArrayList<>();
        writes.add(Write.put(Repository.TABLE, moved, Condition.unchanged(head)));
        for (var name : head.followers()) {
            store.get(PullPath.TABLE, PullPath.key(name))
                    .filter(record -> record.repository().equals(head.id()) && !record.pinned())
                    .ifPresent(record -> writes.add(
                            Write.put(PullPath.TABLE, record.at(moved.version()), Condition.unchanged(record))));
        }
        return writes;
    }

    private static List<Write> prepend(List<Write> first, Collection<Write> rest) {
        return Stream.concat(first.stream(), rest.stream()).toList();
    }

    private static List<Write> prepend(Write first, Collection<Write> rest) {
        return prepend(List.of(first), rest);
    }
}
