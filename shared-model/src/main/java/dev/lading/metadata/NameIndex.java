package dev.lading.metadata;

import dev.lading.oci.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Unique names. An entry keyed by a name says whose it is: it is claimed in the transaction that stores its owner, on
 * condition that nobody has it, and the owner is found by it.
 *
 * @param <N> the name
 * @param <E> the entry, a record of {@link #table}
 */
public final class NameIndex<N, E> {
    private final Table<E> table;
    private final Function<N, Key> keyOf;

    /** @param keyOf the key in {@code table} of a name's entry */
    public NameIndex(Table<E> table, Function<N, Key> keyOf) {
        this.table = table;
        this.keyOf = keyOf;
    }

    /** Whose a plain name is. */
    public record Named(String name, UUID id) {}

    /** An index of plain names. */
    public static NameIndex<String, Named> plain(String table, Function<String, Key> keyOf) {
        return new NameIndex<>(new Table<>(table, Named.class, named -> keyOf.apply(named.name())), keyOf);
    }

    public Table<E> table() {
        return table;
    }

    public Optional<E> find(MetadataStore store, N name) {
        return store.get(table, keyOf.apply(name));
    }

    /** Takes a name; its transaction does nothing if somebody has it. */
    public Write claim(E entry) {
        return Write.put(table, entry, Condition.absent());
    }

    public Write release(E entry) {
        return Write.delete(table, entry);
    }

    /**
     * Puts an entry in place of another: nothing if they are equal, a write if it is of the same name, and else both
     * {@link #release} and {@link #claim}, of which absent entries need none.
     *
     * @param taken thrown if somebody has the new name already
     */
    public List<Write> replace(
            MetadataStore store, Optional<E> before, Optional<E> after, Supplier<RegistryException> taken) {
        if (before.equals(after)) {
            return List.of();
        }
        if (after.isPresent() && before.map(table.keyOf()).equals(after.map(table.keyOf()))) {
            return List.of(Write.put(table, after.get()));
        }
        if (after.map(table.keyOf()).flatMap(key -> store.get(table, key)).isPresent()) {
            throw taken.get();
        }
        List<Write> writes = new ArrayList<>();
        before.map(this::release).ifPresent(writes::add);
        after.map(this::claim).ifPresent(writes::add);
        return writes;
    }
}
