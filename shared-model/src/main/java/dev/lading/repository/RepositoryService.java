package dev.lading.repository;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RepositoryName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Names, the repositories behind them, and their versions. */
public final class RepositoryService {
    private final MetadataStore store;
    private final InstantSource clock;
    private final Commits commits;

    public RepositoryService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        this.commits = new Commits(store, new VersionWriter(store, clock), clock);
    }

    /** What is pulled at {@code name}; one read. */
    public Optional<RepositoryView> find(RepositoryName name) {
        return store.get(NameRecord.TABLE, NameRecord.key(name))
                .map(n -> new RepositoryView(store, n.repository(), n.version(), n.pinned()));
    }

    public RepositoryView get(RepositoryName name) {
        return find(name).orElseThrow(() -> new NameUnknown(name));
    }

    /** The repository at {@code name}, made with its empty version 0 if need be. */
    public RepositoryId getOrCreate(RepositoryName name) {
        return find(name).map(RepositoryView::repository).orElseGet(() -> create(name));
    }

    private RepositoryId create(RepositoryName name) {
        RepositoryId id = RepositoryId.random();
        Instant now = clock.instant();
        boolean created = store.write(
                Write.put(NameRecord.TABLE, new NameRecord(name, id, 0, false, 0), Condition.absent()),
                Write.put(Repository.TABLE, new Repository(id, 0, Optional.empty(), List.of(name), now, 0)),
                Write.put(RepositoryVersion.TABLE, new RepositoryVersion(id, 0, 0, now, List.of())),
                Write.put(NameRecord.Listed.TABLE, new NameRecord.Listed(name)));
        // Somebody else's push may have made it in the meantime.
        return created ? id : get(name).repository();
    }

    /**
     * Makes the next version of a repository, or none if {@code decision} finds nothing to change.
     *
     * @return the version that holds the change
     * @throws dev.lading.oci.RegistryException what the decision throws, or StoreBusy after a bounded wait
     */
    public long commit(RepositoryId repository, Changes.Decision decision) {
        return commits.commit(repository, decision);
    }

    /** Names behind {@code last} in byte order. */
    public RepositoryView.Listing<RepositoryName> names(Optional<RepositoryName> last, int limit) {
        if (limit == 0) {
            return new RepositoryView.Listing<>(List.of(), false);
        }
        Query query = Query.ascending(NameRecord.Listed.PARTITION, "0", "~", limit);
        Page<NameRecord.Listed> page = store.query(
                NameRecord.Listed.TABLE,
                last.map(name -> query.after(name.value())).orElse(query));
        List<RepositoryName> names =
                page.records().stream().map(NameRecord.Listed::name).toList();
        return new RepositoryView.Listing<>(names, page.next().isPresent());
    }
}
