package dev.lading.audit;

import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A store that adds to each transaction on audited tables who it is for. */
public final class AuditedMetadata implements MetadataStore {
    private final MetadataStore store;
    private final Acting acting;
    private final InstantSource clock;

    public AuditedMetadata(MetadataStore store, Acting acting, InstantSource clock) {
        this.store = store;
        this.acting = acting;
        this.clock = clock;
    }

    @Override
    public <R> Optional<R> get(Table<R> table, Key key) {
        return store.get(table, key);
    }

    @Override
    public <R> List<R> getAll(Table<R> table, List<Key> keys) {
        return store.getAll(table, keys);
    }

    @Override
    public <R> Page<R> query(Table<R> table, Query query) {
        return store.query(table, query);
    }

    @Override
    public boolean write(List<Write> writes) {
        return store.write(audited(writes));
    }

    @Override
    public boolean writeUnsynced(List<Write> writes) {
        return store.writeUnsynced(audited(writes));
    }

    private List<Write> audited(List<Write> writes) {
        if (writes.stream().noneMatch(AuditEntry::isChange)) {
            return writes;
        }
        List<Write> all = new ArrayList<>(writes);
        for (Actor actor : acting.actors()) {
            all.add(Write.put(AuditEntry.TABLE, AuditEntry.of(actor, writes, clock.instant())));
        }
        return all;
    }
}
