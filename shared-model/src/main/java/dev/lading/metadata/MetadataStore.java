package dev.lading.metadata;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Typed tables of records, each found by a partition key and a sort key. Reads see every write that was acknowledged
 * before they began. An acknowledged write survives the death of the process and of the machine.
 *
 * <p>The limits are DynamoDB's and hold for every adapter, so that what works on a laptop works on AWS.
 */
public interface MetadataStore {
    /** Most writes and checks in one call of {@link #write}. */
    int MAX_WRITES = 100;

    /** Most bytes of all records in one call of {@link #write}; DynamoDB's 4 MB less room for attribute names. */
    int MAX_WRITE_BYTES = 3_500_000;

    /** Most bytes of one record; DynamoDB's 400 KB less room for attribute names. */
    int MAX_RECORD_BYTES = 380_000;

    /** Most keys in one call of {@link #getAll}; DynamoDB's limit. */
    int MAX_GETS = 100;

    <R> Optional<R> get(Table<R> table, Key key);

    /**
     * Records of one partition whose sort keys lie within bounds, in the order of their sort keys' UTF-8 bytes. A page
     * may hold fewer records than the limit although more follow: only {@link Page#next()} tells.
     */
    <R> Page<R> query(Table<R> table, Query query);

    /**
     * The records of up to {@value #MAX_GETS} different keys that are there, in the order of the keys, by one request
     * where the adapter has one for it.
     */
    default <R> List<R> getAll(Table<R> table, List<Key> keys) {
        return keys.stream().flatMap(key -> get(table, key).stream()).toList();
    }

    /** All records that a query finds, fetched page by page as the stream is consumed. */
    default <R> Stream<R> stream(Table<R> table, Query query) {
        return pages(table, query).flatMap(page -> page.records().stream());
    }

    /** All pages a query finds, each fetched when it is asked for. */
    default <R> Stream<Page<R>> pages(Table<R> table, Query query) {
        return Page.walk(after -> query(table, query.after(after)));
    }

    /**
     * Applies all writes, or none when a condition fails. No record may appear in it twice.
     *
     * @return whether they were applied; false: a condition did not hold
     */
    boolean write(List<Write> writes);

    /**
     * Writes like {@link #write}, but durable only beyond the death of the process, not the machine, for writes that
     * can be repeated. An adapter that saves nothing by it may call that.
     */
    default boolean writeUnsynced(List<Write> writes) {
        return write(writes);
    }

    default boolean write(Write... writes) {
        return write(List.of(writes));
    }
}
