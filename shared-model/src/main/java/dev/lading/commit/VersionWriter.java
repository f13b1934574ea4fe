package dev.lading.commit;

import dev.lading.audit.Acting;
import dev.lading.history.Change;
import dev.lading.history.Changes;
import dev.lading.history.PullPath;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryVersion.Maker;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
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
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Stores versions so that readers see each of them whole or not at all. A small one is one transaction. A large one is
 * written in parts under the next number, which no reader looks at until the head moves there; a lease on the
 * repository keeps other writers off that number meanwhile, and every part checks that the lease still holds. So are
 * the versions of a history, which all appear when the head moves to the last.
 */
public final class VersionWriter {
    public static final Duration LEASE = Duration.ofSeconds(30);

    private static final int MAX_LEASES = 10;

    private final MetadataStore store;
    private final InstantSource clock;
    private final Acting acting;

    /** @param acting for whom versions of a change are made; those of a draft say it themselves */
    public VersionWriter(MetadataStore store, InstantSource clock, Acting acting) {
        this.acting = acting;
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
        VersionDraft.Version large = draft.versions().getFirst();
        BulkChange.Plan plan = BulkChange.Plan.of(large.changes().split().iterator());
        return write(draft.head(), plan, Progress.NONE, large.madeBy()).isPresent();
    }

    private boolean writeAtOnce(VersionDraft draft) {
        Repository head = draft.head();
        Instant now = clock.instant();
        List<Write> writes = new ArrayList<>();
        ContentCounts present = head.present();
        long number = head.last();
        for (VersionDraft.Version version : draft.versions()) {
            Changes changes = version.changes();
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
                            Optional.empty(),
                            version.madeBy(),
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
        return write(head, plan, progress, Maker.of(acting.actors()));
    }

    private OptionalLong write(Repository head, BulkChange.Plan plan, Progress progress, Optional<Maker> madeBy) {
        var source = new VersionPart.Source(plan.steps());
        VersionPart first = source.next();
        if (source.hasNext()) {
            return writeInParts(head, first, source, plan, progress, madeBy);
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
        var totals = new VersionTotals(head.id(), head.present(), VersionTotals.Label.of(version, plan, madeBy));
        totals.add(first);
        writes.add(totals.version(clock.instant(), first.log()));
        progress.at(first.rows().size(), plan.total());
        boolean written = fenced(prepend(moveHead(head, head.grown(1, totals.present())), writes), store::write);
        return written ? OptionalLong.of(version) : OptionalLong.empty();
    }

    /** Writes only if the bytes stay that rows hold and that might be given up at this moment. */
    private boolean fenced(List<Write> writes, Predicate<List<Write>> write) {
        return BytesFence.of(store, writes)
                .filter(fences -> write.test(prepend(writes, fences)))
                .isPresent();
    }

    private OptionalLong writeInParts(
            Repository head,
            VersionPart first,
            VersionPart.Source rest,
            BulkChange.Plan plan,
            Progress progress,
            Optional<Maker> madeBy) {
        return underLease(head, lease -> {
            var totals =
                    new VersionTotals(head.id(), head.present(), VersionTotals.Label.of(head.last() + 1, plan, madeBy));
            Optional<Write> newest = writeParts(first, rest, plan.fence(), totals, lease, progress, plan.total());
            if (newest.isEmpty() || !lease.write(List.of(newest.get()))) {
                return OptionalLong.empty();
            }
            List<Write> end = new ArrayList<>(totals.atTheEnd());
            end.add(totals.version(clock.instant(), List.of()));
            end.addAll(plan.fence());
            return finish(end, plan.atEnd(), lease, lease.held.grown(1, totals.present()));
        });
    }

    /**
     * Makes all versions of a history.
     *
     * @return the newest; empty: another writer changed the repository or the history's fence first, and none is visible
     */
    public OptionalLong write(Repository head, BulkHistory.Plan plan, Progress progress) {
        if (plan.versions().hasNext()) {
            return underLease(head, lease -> writeHistory(plan, lease, progress));
        }
        List<Write> writes = new ArrayList<>(plan.fence());
        writes.addAll(plan.atEnd().apply(head.version()));
        return store.write(prepend(Write.checkUnchanged(Repository.TABLE, head), writes))
                ? OptionalLong.of(head.version())
                : OptionalLong.empty();
    }

    private OptionalLong writeHistory(BulkHistory.Plan plan, Lease lease, Progress progress) {
        Repository grown = lease.held;
        List<Write> end = new ArrayList<>();
        long rows = 0;
        while (plan.versions().hasNext()) {
            BulkHistory.Version version = plan.versions().next();
            if (version.number() <= grown.last() || version.number() >= Content.PENDING) {
                throw new IllegalArgumentException(
                        "version " + version.number() + " cannot follow version " + grown.last());
            }
            RepositoryView before = RepositoryView.before(store, grown.id(), grown.version(), version.number());
            var steps = new VersionPart.Source(version.steps().apply(before));
            var totals = new VersionTotals(
                    grown.id(), grown.present(), VersionTotals.Label.of(version, Maker.of(acting.actors())));
            Optional<Write> newest =
                    writeParts(steps.next(), steps, plan.fence(), totals, lease, progress.after(rows), plan.total());
            if (newest.isEmpty() || !lease.write(List.of(newest.get(), totals.version(clock.instant(), List.of())))) {
                return OptionalLong.empty();
            }
            grown = grown.grown(1, version.number(), totals.present());
            end.addAll(totals.atTheEnd());
            rows += totals.rows();
        }
        end.addAll(plan.fence());
        return finish(end, plan.atEnd(), lease, grown.following(lease.held));
    }

    /** Moves the head; empty: the lease was lost, or a condition does not hold. */
    private OptionalLong finish(List<Write> end, LongFunction<List<Write>> atEnd, Lease lease, Repository moved) {
        List<Write> writes = new ArrayList<>(end);
        writes.addAll(atEnd.apply(moved.version()));
        return store.write(prepend(moveHead(lease.held, moved), writes))
                ? OptionalLong.of(moved.version())
                : OptionalLong.empty();
    }

    /** What is written under the lease, or nothing of it; empty: nothing, since another writer was first. */
    private OptionalLong underLease(Repository head, Function<Lease, OptionalLong> writing) {
        Repository leased = head.leased(clock.instant().plus(LEASE));
        if (!store.writeUnsynced(List.of(Write.put(Repository.TABLE, leased, Condition.unchanged(head))))) {
            return OptionalLong.empty();
        }
        Lease lease = new Lease(leased);
        try {
            OptionalLong written = writing.apply(lease);
            if (written.isEmpty()) {
                lease.giveBack();
            }
            return written;
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

    /** Writes all parts, and says what completes their log; empty: the lease was lost, or the fence does not hold. */
    private Optional<Write> writeParts(
            VersionPart first,
            VersionPart.Source rest,
            List<Write> fence,
            VersionTotals totals,
            Lease lease,
            Progress progress,
            OptionalLong total) {
        VersionPart part = first;
        for (int number = 0; ; number++) {
            List<Write> writes = new ArrayList<>(part.untilTheEnd());
            writes.add(totals.log(number, part.log(), List.of()));
            writes.addAll(fence);
            if (!fenced(writes, lease::write)) {
                return Optional.empty();
            }
            totals.add(part);
            progress.at(totals.rows(), total);
            if (!rest.hasNext()) {
                return Optional.of(totals.log(number + 1, List.of(), totals.newest()));
            }
            part = rest.next();
        }
    }

    /**
     * Deletes rows above the head: of an unfinished version, or of newest ones that were deleted. Their log parts list
     * them. So are the records of an unfinished history's versions. Afterwards the next number is free.
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
        if (!sweepUnseen(lease)) {
            return;
        }
        store.write(Write.put(Repository.TABLE, lease.held.unleased(), Condition.unchanged(lease.held)));
    }

    private boolean sweepUnseen(Lease lease) {
        var unseen =
                RepositoryVersion.between(lease.held.id(), lease.held.version() + 1, Content.PENDING, RowRemoval.PARTS);
        return store.stream(RepositoryVersion.TABLE, unseen)
                .allMatch(version -> lease.write(List.of(Write.delete(RepositoryVersion.TABLE, version))));
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
