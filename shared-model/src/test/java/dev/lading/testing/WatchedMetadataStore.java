package dev.lading.testing;

import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store that counts calls, and lets a test step in before and after every write. */
public final class WatchedMetadataStore implements MetadataStore {
    private final MetadataStore store;
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger records = new AtomicInteger();
    private final AtomicInteger recordsRead = new AtomicInteger();
    private volatile List<Write> latest = List.of();
    private volatile Step before = write -> {};
    private volatile Step after = write -> {};
    private volatile Consumer<Table<?>> beforeGet = table -> {};

    public WatchedMetadataStore(MetadataStore store) {
        this.store = store;
    }

    /** A step, which may throw instead of the store, or act as another writer. */
    @FunctionalInterface
    public interface Step {
        /** @param write its number since {@link #restart}, from 1 */
        void at(int write);
    }

    /** @param step called with the table of each look-up */
    public WatchedMetadataStore beforeGet(Consumer<Table<?>> step) {
        this.beforeGet = step;
        return this;
    }

    public WatchedMetadataStore beforeWrite(Step step) {
        this.before = step;
        return this;
    }

    public WatchedMetadataStore afterWrite(Step step) {
        this.after = step;
        return this;
    }

    /** Simulates a process that dies: from the {@code first} write on, none is applied. */
    public WatchedMetadataStore dieBeforeWrite(int first) {
        return beforeWrite(write -> dieFrom(write, first));
    }

    /** Simulates a process that dies: the {@code last} write is applied, its answer is lost, and none follows. */
    public WatchedMetadataStore dieAfterWrite(int last) {
        return beforeWrite(write -> dieFrom(write, last + 1)).afterWrite(write -> dieFrom(write, last));
    }

    private static void dieFrom(int write, int first) {
        if (write >= first) {
            throw new ProcessDied();
        }
    }

    /** Stands for the death of the process. */
    public static final class ProcessDied extends RuntimeException {}

    public WatchedMetadataStore restart() {
        reads.set(0);
        writes.set(0);
        records.set(0);
        recordsRead.set(0);
        return this;
    }

    /** Whether the present write changes a record of a table; for a step. */
    public boolean writes(Table<?> table) {
        return latest.stream().anyMatch(write -> write.table().equals(table) && !(write instanceof Write.Check));
    }

    public int reads() {
        return reads.get();
    }

    public int writes() {
        return writes.get();
    }

    /** The number of records in all writes together, checks included. */
    public int records() {
        return records.get();
    }

    /** The number of records that all reads together asked for, found or not, and were given. */
    public int recordsRead() {
        return recordsRead.get();
    }

    @Override
    public <R> Optional<R> get(Table<R> table, Key key) {
        reads.incrementAndGet();
        recordsRead.incrementAndGet();
        beforeGet.accept(table);
        return store.get(table, key);
    }

    @Override
    public <R> List<R> getAll(Table<R> table, List<Key> keys) {
        reads.incrementAndGet();
        recordsRead.addAndGet(keys.size());
        return store.getAll(table, keys);
    }

    @Override
    public <R> Page<R> query(Table<R> table, Query query) {
        reads.incrementAndGet();
        Page<R> page = store.query(table, query);
        recordsRead.addAndGet(page.records().size());
        return page;
    }

    @Override
    public boolean write(List<Write> all) {
        int number = writes.incrementAndGet();
        records.addAndGet(all.size());
        latest = all;
        before.at(number);
        boolean applied = store.write(all);
        after.at(number);
        return applied;
    }
}
