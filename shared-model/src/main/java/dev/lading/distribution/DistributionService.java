package dev.lading.distribution;

import dev.lading.history.PullPath;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView.Listing;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.NameRange;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Distributions: base paths and what is pulled at them. A change takes effect at the next pull. */
public final class DistributionService {
    private final MetadataStore store;
    private final InstantSource clock;

    public DistributionService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    public Optional<Distribution> find(DistributionId id) {
        return store.get(Distribution.TABLE, Distribution.key(id));
    }

    public Distribution get(DistributionId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("distribution", id));
    }

    public Optional<Distribution> findNamed(String name) {
        return Distribution.NAMES.find(store, name).flatMap(named -> find(new DistributionId(named.id())));
    }

    public Optional<Distribution> findAt(RepositoryName basePath) {
        return BasePathIndex.INDEX.find(store, basePath).flatMap(at -> find(at.id()));
    }

    /**
     * Distributions in order of creation.
     *
     * @param after {@link Page#next} of the page before
     */
    public Page<Distribution> list(Optional<String> after, int limit) {
        return store.query(Distribution.TABLE, Distribution.all(limit).after(after));
    }

    /**
     * Distributions whose base paths begin with a text, in their order; three reads.
     *
     * @param asked for less than {@link MetadataStore#MAX_GETS} base paths
     * @param restricted whether to include those at which pulling needs permission
     */
    public Page<Distribution> list(NameRange asked, boolean restricted) {
        int limit = asked.limit();
        Query behind = asked.of(BasePathIndex.beginning(asked.prefix(), limit + 1));
        Stream<BasePathIndex.Entry> entries = restricted
                ? store.stream(BasePathIndex.INDEX.table(), behind)
                : BasePathIndex.publicPaths(store, behind);
        List<BasePathIndex.Entry> found = entries.limit(limit + 1L).toList();
        List<BasePathIndex.Entry> shown = found.subList(0, Math.min(limit, found.size()));
        Optional<String> next =
                found.size() > limit ? Optional.of(shown.getLast().basePath().value()) : Optional.empty();
        return new Page<>(findAll(shown.stream().map(BasePathIndex.Entry::id).toList()), next);
    }

    /** Those distributions that are there; one read. */
    public List<Distribution> findAll(List<DistributionId> ids) {
        return store.getAll(
                Distribution.TABLE, ids.stream().map(Distribution::key).toList());
    }

    /**
     * Base paths in order, after {@code last}.
     *
     * @param restricted whether to include those at which pulling needs permission
     */
    public Listing<RepositoryName> basePaths(Optional<RepositoryName> last, int limit, boolean restricted) {
        return basePaths(last.map(RepositoryName::value).orElse(""), limit, restricted);
    }

    /** Base paths after any text; empty: from the start. */
    public Listing<RepositoryName> basePaths(String last, int limit, boolean restricted) {
        if (limit == 0) {
            return new Listing<>(List.of(), false);
        }
        // One more than asked for tells whether there are more, and nothing of those that are left out.
        Query all = BasePathIndex.all(limit + 1);
        // DynamoDB takes no place outside of the range that is asked for.
        Query behind = last.compareTo(all.from()) < 0 ? all : all.after(last);
        Stream<BasePathIndex.Entry> entries = restricted
                ? store.stream(BasePathIndex.INDEX.table(), behind)
                : BasePathIndex.publicPaths(store, behind);
        List<RepositoryName> found =
                entries.map(BasePathIndex.Entry::basePath).limit(limit + 1L).toList();
        boolean more = found.size() > limit;
        return new Listing<>(more ? found.subList(0, limit) : found, more);
    }

    /**
     * Whether public base paths are indexed, so that lists of them read no private ones. A new registry says so at once;
     * a table of an earlier build has to be indexed.
     */
    public boolean isIndexed() {
        if (BasePathIndex.isComplete(store)) {
            return true;
        }
        boolean isEmpty = BasePathIndex.next(store, Optional.empty()).isEmpty();
        if (isEmpty) {
            // What is made meanwhile is written with its index.
            BasePathIndex.complete(store, clock.instant());
        }
        return isEmpty;
    }

    /**
     * Indexes all public base paths, of which distributions that are made or changed meanwhile say it themselves. May be
     * run again.
     *
     * @param indexed told how many are done
     */
    public void index(LongConsumer indexed) {
        AtomicLong done = new AtomicLong();
        BasePathIndex.all(store).filter(entry -> !entry.restricted()).forEach(entry -> {
            OptimisticRetry.until(clock, () -> index(entry));
            indexed.accept(done.incrementAndGet());
        });
        BasePathIndex.complete(store, clock.instant());
    }

    /** True: it is indexed, or not as it was, which whoever changed it has indexed; empty: the write lost. */
    private Optional<Boolean> index(BasePathIndex.Entry entry) {
        Optional<Distribution> same =
                find(entry.id()).filter(distribution -> distribution.at().equals(entry));
        return same.isEmpty()
                        || store.write(BasePathIndex.index(entry), Write.checkUnchanged(Distribution.TABLE, same.get()))
                ? Optional.of(true)
                : Optional.empty();
    }

    /** An id for a new distribution. */
    public DistributionId newId() {
        return DistributionId.next(clock.instant());
    }

    /**
     * Creates a distribution. Idempotent for one id.
     *
     * @throws FieldInvalid if the name or the base path is taken
     * @throws EntityUnknown if there is no such repository or version
     */
    public Distribution create(DistributionId id, DistributionSettings settings) {
        return create(id, settings, List.of());
    }

    /** @param owning what is written with it, so that it has an owner at once */
    public Distribution create(DistributionId id, DistributionSettings settings, List<Write> owning) {
        Distribution distribution = Distribution.first(id, settings, clock.instant());
        return OptimisticRetry.until(
                clock, () -> find(id).or(() -> replace(Optional.empty(), Optional.of(distribution), owning)));
    }

    /** Changes a distribution; errors as of {@link #create}. */
    public Distribution update(DistributionId id, UnaryOperator<DistributionSettings> change) {
        return OptimisticRetry.until(clock, () -> {
            Distribution before = get(id);
            return replace(
                    Optional.of(before),
                    Optional.of(before.with(change.apply(before.settings()), clock.instant())),
                    List.of());
        });
    }

    /** Deletes a distribution; the repository it served stays. */
    public void delete(DistributionId id) {
        OptimisticRetry.until(clock, () -> {
            Distribution before = get(id);
            return replace(Optional.of(before), Optional.empty(), List.of());
        });
    }

    /** The distribution that was stored or deleted; empty: the compare-and-set lost to another writer. */
    private Optional<Distribution> replace(
            Optional<Distribution> before, Optional<Distribution> after, List<Write> also) {
        List<Write> writes = new ArrayList<>(also);
        after.ifPresentOrElse(
                d -> writes.add(Write.put(
                        Distribution.TABLE, d, before.map(Condition::unchanged).orElse(Condition.absent()))),
                () -> writes.add(Write.deleteUnchanged(Distribution.TABLE, before.orElseThrow())));
        writes.addAll(Distribution.NAMES.replace(
                store, before.map(Distribution::named), after.map(Distribution::named), () -> taken("name")));
        writes.addAll(BasePathIndex.replace(
                store, before.map(Distribution::at), after.map(Distribution::at), () -> taken("base_path")));
        requireAsMade(before, after);
        placeOutside(before, after, writes);
        if (!replaceServed(before, after, writes) || !store.write(writes)) {
            return Optional.empty();
        }
        return after.or(() -> before);
    }

    /** What a pull made goes with its entry; all else is made outside of what pulls make. */
    private void placeOutside(Optional<Distribution> before, Optional<Distribution> after, List<Write> writes) {
        Optional<RepositoryName> was = before.map(d -> d.settings().basePath());
        Optional<RepositoryName> is = after.map(d -> d.settings().basePath());
        if (was.equals(is)) {
            return;
        }
        is.ifPresent(basePath -> {
            ThroughPath.requireOutside(store, basePath);
            writes.addAll(ThroughPath.outside(basePath));
        });
        before.flatMap(d -> d.settings()
                        .through()
                        .flatMap(through ->
                                MadeThrough.find(store, through, d.settings().basePath())))
                .ifPresent(made -> writes.add(made.delete()));
    }

    /** @throws EntityInUse if what a pull made would serve what another made, or elsewhere: pulls add to what it serves */
    private void requireAsMade(Optional<Distribution> before, Optional<Distribution> after) {
        Optional<MadeThrough> made = before.flatMap(this::made);
        if (made.isEmpty() || after.isEmpty()) {
            return;
        }
        DistributionSettings settings = after.get().settings();
        boolean serves = settings.repository().isEmpty()
                || settings.repository().equals(made.get().repository())
                || settings.repository().equals(before.get().settings().repository());
        if (!serves || !settings.basePath().equals(made.get().basePath())) {
            throw new EntityInUse("'" + made.get().basePath()
                    + "' is pulled through, so it stays there and serves the repository that its pulls fill, or a version"
                    + " of it; make another distribution for anything else");
        }
    }

    /** What a pull noted of a distribution that it made, while pulls go through that. */
    private Optional<MadeThrough> made(Distribution distribution) {
        DistributionSettings settings = distribution.settings();
        return settings.through()
                .flatMap(through -> MadeThrough.find(store, through, settings.basePath()))
                .filter(made -> made.distribution().equals(distribution.id()));
    }

    private static FieldInvalid taken(String field) {
        return new FieldInvalid(field, "This field must be unique.");
    }

    /** Updates the served repositories with it. False: one of them is being written to. */
    private boolean replaceServed(Optional<Distribution> before, Optional<Distribution> after, List<Write> writes) {
        if (before.isPresent() && after.isPresent() && before.get().servesAs(after.get())) {
            return true;
        }
        List<Optional<RepositoryId>> involved = Stream.of(before, after)
                .map(d -> d.flatMap(x -> x.settings().repository()))
                .distinct()
                .toList();
        Optional<PullPath> served = before.flatMap(
                d -> store.get(PullPath.TABLE, PullPath.key(d.settings().basePath())));
        Optional<PullPath> serving = Optional.empty();
        for (RepositoryId id : involved.stream().flatMap(Optional::stream).toList()) {
            Repository head = store.get(Repository.TABLE, Repository.key(id))
                    .orElseThrow(() -> new EntityUnknown("repository", id));
            if (head.lease().isPresent()) {
                return false;
            }
            Repository changed =
                    before.map(d -> head.notShownAt(d.settings().basePath())).orElse(head);
            if (after.flatMap(d -> d.settings().repository()).equals(Optional.of(id))) {
                DistributionSettings settings = after.get().settings();
                settings.version().ifPresent(version -> requireVersion(id, version));
                changed = changed.shownAt(settings.basePath(), settings.version());
                serving = after.get().serving(head.version());
            }
            writes.add(Write.put(Repository.TABLE, changed.following(head), Condition.unchanged(head)));
        }
        serve(served, serving, writes);
        return true;
    }

    private static void serve(Optional<PullPath> before, Optional<PullPath> after, List<Write> writes) {
        if (before.isPresent()
                && after.isPresent()
                && before.get().name().equals(after.get().name())) {
            writes.add(Write.put(PullPath.TABLE, after.get().after(before.get()), Condition.unchanged(before.get())));
            return;
        }
        before.ifPresent(name -> writes.add(Write.deleteUnchanged(PullPath.TABLE, name)));
        after.ifPresent(name -> writes.add(Write.put(PullPath.TABLE, name, Condition.absent())));
    }

    private void requireVersion(RepositoryId id, long version) {
        if (store.get(RepositoryVersion.TABLE, RepositoryVersion.key(id, version))
                .isEmpty()) {
            throw new EntityUnknown("version", version);
        }
    }
}
