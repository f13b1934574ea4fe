package dev.lading.repository;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import dev.lading.repository.RepositoryVersion.Change;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stores drafted versions so that readers see each of them whole or not at all. What fits is one transaction. What does
 * not is written in parts under the next number, which no reader looks at until the head moves there; a lease on the
 * repository keeps other writers off that number meanwhile, and every part checks that the lease is still ours.
 */
final class VersionWriter {
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final int PART_ROWS = 90;
    private static final long PART_BYTES = MetadataStore.MAX_WRITE_BYTES - MetadataStore.MAX_RECORD_BYTES;
    private static final int SWEEP_PAGE = 25;

    private final MetadataStore store;
    private final InstantSource clock;

    VersionWriter(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** False: somebody else changed the repository first, and nothing of the draft is visible. */
    boolean write(VersionDraft draft) {
        if (draft.versions().isEmpty()) {
            return draft.alongside().isEmpty()
                    || store.write(prepend(Write.checkUnchanged(Repository.TABLE, draft.head()), draft.alongside()));
        }
        return draft.fitsOneTransaction() ? writeAtOnce(draft) : writeInParts(draft);
    }

    private boolean writeAtOnce(VersionDraft draft) {
        List<Write> writes = moveHead(draft.head(), draft.newestVersion());
        Instant now = clock.instant();
        for (List<Content> rows : draft.versions()) {
            writes.add(Write.put(RepositoryVersion.TABLE, logPart(rows, 0, now)));
            rows.forEach(row -> writes.add(row.put()));
        }
        writes.addAll(draft.alongside());
        return store.write(writes);
    }

    private boolean writeInParts(VersionDraft draft) {
        Repository leased = draft.head().leased(clock.instant().plus(LEASE));
        if (!store.write(Write.put(Repository.TABLE, leased, Condition.unchanged(draft.head())))) {
            return false;
        }
        Lease lease = new Lease(leased);
        try {
            if (writeParts(draft, lease) && finish(draft, lease)) {
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

    /** The right to write under the next number, as long as the repository's record is the one held here. */
    private final class Lease {
        private Repository held;

        Lease(Repository held) {
            this.held = held;
        }

        /** Writes if the lease is still ours, and makes it longer when half of it is gone. */
        boolean write(List<Write> writes) {
            Instant now = clock.instant();
            boolean renew = held.lease().orElseThrow().expires().isBefore(now.plus(LEASE.dividedBy(2)));
            Repository next = renew ? held.leased(now.plus(LEASE)) : held;
            Write check = renew
                    ? Write.put(Repository.TABLE, next, Condition.unchanged(held))
                    : Write.checkUnchanged(Repository.TABLE, held);
            boolean written = store.write(prepend(check, writes));
            held = written ? next : held;
            return written;
        }

        /** Lets others go on at once, if it is ours still. */
        void giveBack() {
            sweepInterrupted(held);
        }
    }

    /** False: the lease was lost. */
    private boolean writeParts(VersionDraft draft, Lease lease) {
        Instant created = clock.instant();
        int number = 0;
        for (List<Content> part : parts(draft.versions().getFirst())) {
            List<Write> writes = new ArrayList<>();
            writes.add(Write.put(RepositoryVersion.TABLE, logPart(part, number++, created)));
            part.forEach(row -> writes.add(row.put()));
            if (!lease.write(writes)) {
                return false;
            }
        }
        List<Write> facts =
                draft.alongside().stream().filter(Write.Put.class::isInstance).toList();
        for (int from = 0; from < facts.size(); from += PART_ROWS) {
            if (!lease.write(facts.subList(from, Math.min(facts.size(), from + PART_ROWS)))) {
                return false;
            }
        }
        return true;
    }

    private boolean finish(VersionDraft draft, Lease lease) {
        List<Write> writes = moveHead(lease.held, draft.newestVersion());
        draft.alongside().stream()
                .filter(write -> !(write instanceof Write.Put))
                .forEach(writes::add);
        return store.write(writes);
    }

    /**
     * Makes an unfinished version not have been: its rows are found by its log parts, which were written with them. After
     * this its number is free.
     */
    void sweepInterrupted(Repository interrupted) {
        Repository taken = interrupted.leased(clock.instant().plus(LEASE));
        if (!store.write(Write.put(Repository.TABLE, taken, Condition.unchanged(interrupted)))) {
            return;
        }
        Lease lease = new Lease(taken);
        long version = taken.last() + 1;
        Query parts = Query.ascending(
                taken.id().toString(), Content.sort(version) + "#", Content.sort(version) + "#~", SWEEP_PAGE);
        Page<RepositoryVersion> page;
        do {
            page = store.query(RepositoryVersion.TABLE, parts);
            for (RepositoryVersion part : page.records()) {
                if (!lease.write(deletes(part))) {
                    return;
                }
            }
        } while (page.next().isPresent());
        store.write(Write.put(Repository.TABLE, lease.held.unleased(), Condition.unchanged(lease.held)));
    }

    private static List<Write> deletes(RepositoryVersion part) {
        List<Write> writes = new ArrayList<>();
        writes.add(Write.delete(RepositoryVersion.TABLE, part));
        for (Change change : part.changes()) {
            writes.add(new Write.Delete(
                    Content.TABLES.get(change.table()),
                    Content.key(part.repository(), change.name(), part.version()),
                    Condition.anything()));
        }
        return writes;
    }

    private List<Write> moveHead(Repository head, long version) {
        List<Write> writes = new ArrayList<>();
        Repository moved = head.at(version, version, head.kept() + version - head.last(), head.present());
        writes.add(Write.put(Repository.TABLE, moved, Condition.unchanged(head)));
        for (var name : head.followers()) {
            store.get(NameRecord.TABLE, NameRecord.key(name))
                    .filter(record -> record.repository().equals(head.id()) && !record.pinned())
                    .ifPresent(record ->
                            writes.add(Write.put(NameRecord.TABLE, record.at(version), Condition.unchanged(record))));
        }
        return writes;
    }

    private static List<List<Content>> parts(List<Content> rows) {
        List<List<Content>> parts = new ArrayList<>();
        List<Content> part = new ArrayList<>();
        long bytes = 0;
        for (Content row : rows) {
            if (part.size() == PART_ROWS || bytes + VersionDraft.bytes(row) > PART_BYTES) {
                parts.add(part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(row);
            bytes += VersionDraft.bytes(row);
        }
        parts.add(part);
        return parts;
    }

    private static RepositoryVersion logPart(List<Content> rows, int part, Instant created) {
        Content first = rows.getFirst();
        List<Change> changes = rows.stream()
                .map(row -> new Change(row.table().name(), row.name(), row.present()))
                .toList();
        return new RepositoryVersion(first.repository(), first.version(), part, created, changes);
    }

    private static List<Write> prepend(Write first, Collection<Write> rest) {
        return Stream.concat(Stream.of(first), rest.stream()).toList();
    }
}
