package dev.lading.repository;

import dev.lading.audit.Acting;
import dev.lading.commit.BulkChange;
import dev.lading.commit.BulkHistory;
import dev.lading.commit.GroupCommit;
import dev.lading.commit.Progress;
import dev.lading.commit.Staging;
import dev.lading.commit.VersionWriter;
import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.NewNames;
import dev.lading.distribution.ThroughPath;
import dev.lading.history.CommitFunction;
import dev.lading.history.Pull;
import dev.lading.history.PullPath;
import dev.lading.history.PullThrough;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.ThroughPaths;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Repositories, their base paths' content, and commits of new versions. */
public final class RepositoryService {
    private static final Logger LOG = Logger.getLogger(RepositoryService.class);

    private static final int NAMES_IN_PAGE = 1_000;

    private final MetadataStore store;
    private final InstantSource clock;
    private final VersionWriter writer;
    private final GroupCommit commits;
    private final Retention retention;
    private final NewNames newNames;
    private final ThroughPaths throughPaths;

    public RepositoryService(MetadataStore store, InstantSource clock, NewNames newNames, Acting acting) {
        this(store, clock, newNames, acting, ThroughPaths.NONE);
    }

    public RepositoryService(
            MetadataStore store, InstantSource clock, NewNames newNames, Acting acting, ThroughPaths throughPaths) {
        this.store = store;
        this.throughPaths = throughPaths;
        this.newNames = newNames;
        this.clock = clock;
        this.writer = new VersionWriter(store, clock, acting);
        this.commits = new GroupCommit(store, writer, clock, acting, this::retainAfter);
        this.retention = new Retention(store, new VersionService(store, this));
    }

    /** The view served at {@code name}; one read. */
    public Optional<RepositoryView> find(RepositoryName name) {
        return store.get(PullPath.TABLE, PullPath.key(name)).map(served -> RepositoryView.of(store, served));
    }

    /** What {@code name} resolves to, for both authorizing and serving a pull. */
    public Pull pull(RepositoryName name) {
        return pull(name, store.get(PullPath.TABLE, PullPath.key(name)));
    }

    /** What names resolve to at which anything is pulled, as {@link #pull(RepositoryName)}; one read for each hundred. */
    public List<Pull> pulls(List<RepositoryName> names) {
        return names.stream()
                .map(PullPath::key)
                .distinct()
                .gather(Gatherers.windowFixed(MetadataStore.MAX_GETS))
                .flatMap(keys -> store.getAll(PullPath.TABLE, keys).stream())
                .map(served -> pull(served.name(), Optional.of(served)))
                .toList();
    }

    private Pull pull(RepositoryName name, Optional<PullPath> served) {
        // Names that were pushed are never looked for elsewhere.
        boolean isOwn = served.isPresent() && served.get().through().isEmpty();
        return new Pull(
                name,
                served.map(path -> RepositoryView.of(store, path)),
                isOwn ? Optional.empty() : throughPaths.at(name));
    }

    /**
     * What a name of an upstream resolves to at a mirror of it: a name beneath the distribution, and never one that was
     * pushed.
     */
    public Pull pull(PullThrough through, RepositoryName upstreamName) {
        Pull pull = pull(new RepositoryName(through.basePath() + "/" + upstreamName));
        boolean isMirrored =
                pull.through().filter(found -> found.id().equals(through.id())).isPresent();
        return isMirrored ? pull : Pull.nothing(pull.name());
    }

    /** The pull-through distribution that has a base path. */
    public Optional<PullThrough> through(RepositoryName basePath) {
        return throughPaths.exactly(basePath);
    }

    /** Pull-through distributions of a registry, by its host name; the oldest first. */
    public List<PullThrough> mirrorsOf(String host) {
        return throughPaths.of(host);
    }

    /** @throws EntityInUse if pulls go through a distribution that a name is beneath, or that has it */
    public void requireOutside(RepositoryName name) {
        throughPaths.at(name).or(() -> throughPaths.exactly(name)).ifPresent(through -> {
            throw ThroughPath.refusal(name, through.basePath());
        });
    }

    /** The content of a staging area. */
    public RepositoryView view(Staging staging) {
        return staging.view(store);
    }

    /** The repository at {@code name}; where nothing is pulled yet, creates it and its distribution. */
    public RepositoryId getOrCreate(RepositoryName name) {
        return getOrCreate(name, Owning.NOBODY);
    }

    /**
     * The repository at a name beneath a pull-through distribution; the first pull of it creates it, its distribution and
     * a remote of its own, all of that name, or none of them.
     *
     * @param remote makes the settings of the remote
     * @param also makes the writes that go with the creation, for each attempt
     * @throws EntityInUse if one of the three has the name already; it is not taken over
     */
    public RepositoryId getOrCreate(
            PullThrough through, RepositoryName name, FirstPullThrough.NewRemote remote, Supplier<List<Write>> also) {
        return new FirstPullThrough(store, clock).make(through, name, remote, also);
    }

    /** @param owning what is written with a repository and a distribution that are made */
    public RepositoryId getOrCreate(RepositoryName name, Owning owning) {
        return find(name)
                .map(RepositoryView::repository)
                .orElseGet(() -> new FirstPush(store, clock, owning, newNames).make(name));
    }

    /**
     * Creates a repository with its empty version 0. Nothing is pulled from it until a distribution serves it.
     *
     * @throws FieldInvalid if the name is taken
     */
    public Repository create(RepositorySettings settings) {
        return create(RepositoryId.next(clock.instant()), settings, Owning.NOBODY);
    }

    /** Creates it under a caller-chosen id. */
    public Repository create(RepositoryId id, RepositorySettings settings, Owning owning) {
        return create(Repository.empty(id, settings, clock.instant()), owning.of(id));
    }

    /**
     * Creates a repository of any kind.
     *
     * @param also what is written with it
     * @throws FieldInvalid if the name is taken
     */
    public Repository create(Repository repository, List<Write> also) {
        List<Write> writes = new ArrayList<>(newRepository(repository));
        writes.addAll(also);
        if (!store.write(writes)) {
            throw nameTaken();
        }
        return repository;
    }

    static List<Write> newRepository(Repository repository) {
        return List.of(
                Write.put(Repository.TABLE, repository),
                Repository.NAMES.claim(repository.named()),
                Write.put(RepositoryVersion.TABLE, RepositoryVersion.zero(repository)));
    }

    static FieldInvalid nameTaken() {
        return new FieldInvalid("name", "This field must be unique.");
    }

    /** The repository of images that has an id; empty: there is none, or one of another kind. */
    public Optional<Repository> find(RepositoryId id) {
        return find(RepositoryKind.CONTAINER, id);
    }

    /** Those repositories of images that are there; one read. */
    public List<Repository> findAll(List<RepositoryId> ids) {
        return store.getAll(Repository.TABLE, ids.stream().map(Repository::key).toList()).stream()
                .filter(repository -> repository.kind() == RepositoryKind.CONTAINER)
                .toList();
    }

    public Repository get(RepositoryId id) {
        return get(RepositoryKind.CONTAINER, id);
    }

    /** The repository of a kind, if that is what an id is of. */
    public Optional<Repository> find(RepositoryKind kind, RepositoryId id) {
        return findOfAnyKind(id).filter(repository -> repository.kind() == kind);
    }

    public Repository get(RepositoryKind kind, RepositoryId id) {
        return find(kind, id).orElseThrow(() -> new EntityUnknown("repository", id));
    }

    public Optional<Repository> findOfAnyKind(RepositoryId id) {
        return store.get(Repository.TABLE, Repository.key(id));
    }

    Repository head(RepositoryId id) {
        return findOfAnyKind(id).orElseThrow(() -> new EntityUnknown("repository", id));
    }

    public Optional<Repository> findNamed(String name) {
        return findNamed(RepositoryKind.CONTAINER, name);
    }

    public Optional<Repository> findNamed(RepositoryKind kind, String name) {
        return Repository.NAMES
                .find(store, name)
                .filter(named -> named.kind() == kind)
                .flatMap(this::find);
    }

    /** The repository that has a name, of the kind that it says. */
    public Optional<Repository> find(Repository.Named named) {
        return find(named.kind(), new RepositoryId(named.id()));
    }

    /** Every repository's name and id, in the order of names. A thousand are one read, the repositories would be one each. */
    public Stream<Repository.Named> names() {
        return store.stream(Repository.NAMES.table(), Repository.allNames(NAMES_IN_PAGE));
    }

    public Stream<Repository.Named> names(RepositoryKind kind) {
        return names().filter(named -> named.kind() == kind);
    }

    /**
     * Repositories of images in the order of their names; costs one more read for each.
     *
     * @param after {@link Page#next} of the page before
     */
    public Page<Repository> list(Optional<String> after, int limit) {
        Query all = Repository.allNames(limit);
        Page<Repository.Named> page = store.query(Repository.NAMES.table(), all.after(after));
        return new Page<>(
                page.records().stream()
                        .filter(named -> named.kind() == RepositoryKind.CONTAINER)
                        .flatMap(named -> find(named).stream())
                        .toList(),
                page.next());
    }

    /**
     * Repositories of images whose names begin with a text, in their order; two reads. A page may hold fewer than the
     * limit although more follow.
     *
     * @param asked for up to {@link MetadataStore#MAX_GETS}
     */
    public Page<Repository> list(NameRange asked) {
        Query named = asked.of(Repository.namesFrom(asked.prefix(), asked.limit()));
        Page<Repository.Named> page = store.query(Repository.NAMES.table(), named);
        List<Key> keys = page.records().stream()
                .filter(each -> each.kind() == RepositoryKind.CONTAINER)
                .map(each -> Repository.key(new RepositoryId(each.id())))
                .toList();
        return new Page<>(store.getAll(Repository.TABLE, keys), page.next());
    }

    /** @throws FieldInvalid if the new name is taken */
    public Repository update(RepositoryId id, UnaryOperator<RepositorySettings> change) {
        Repository updated = exclusively(id, before -> {
            Repository after = before.with(change.apply(before.settings()), clock.instant());
            List<Write> writes = new ArrayList<>();
            writes.add(Write.put(Repository.TABLE, after, Condition.unchanged(before)));
            writes.addAll(Repository.NAMES.replace(
                    store, Optional.of(before.named()), Optional.of(after.named()), RepositoryService::nameTaken));
            return store.write(writes) ? Optional.of(after) : Optional.empty();
        });
        retainAfter(updated);
        return head(id);
    }

    /**
     * Deletes a repository with all its versions; its distributions stay and serve nothing. Cleanup later deletes what
     * only it held.
     */
    public void delete(RepositoryId id) {
        exclusively(id, repository -> {
            Instant now = clock.instant();
            List<Write> writes = new ArrayList<>();
            writes.add(Write.deleteUnchanged(Repository.TABLE, repository));
            writes.add(Repository.NAMES.release(repository.named()));
            writes.add(Write.put(Repository.Gone.TABLE, new Repository.Gone(id, now)));
            for (RepositoryName name : repository.names()) {
                store.get(PullPath.TABLE, PullPath.key(name))
                        .ifPresent(served -> writes.add(Write.deleteUnchanged(PullPath.TABLE, served)));
                BasePathIndex.INDEX
                        .find(store, name)
                        .flatMap(at -> store.get(Distribution.TABLE, Distribution.key(at.id())))
                        .ifPresent(distribution -> writes.add(Write.put(
                                Distribution.TABLE,
                                distribution.with(distribution.settings().servingNothing(), now),
                                Condition.unchanged(distribution))));
            }
            return store.write(writes) ? Optional.of(id) : Optional.empty();
        });
    }

    /**
     * Makes the next version of a repository, or none if {@code decision} finds nothing to change.
     *
     * @return the version that holds the change
     * @throws dev.lading.oci.RegistryException what the decision throws, or StoreBusy after a bounded wait
     */
    public long commit(RepositoryId repository, CommitFunction decision) {
        return commits.commit(repository, decision);
    }

    /** Deletes versions in excess of the repository's {@code retainVersions}. */
    public void retain(RepositoryId repository) {
        findOfAnyKind(repository).filter(Retention::isDue).ifPresent(retention::enforce);
    }

    private void retainAfter(Repository before) {
        if (before.settings().retainVersions().isEmpty()) {
            return;
        }
        try {
            retain(before.id());
        } catch (RuntimeException e) {
            // The version is there; the next one or cleanup deletes the old ones.
            LOG.warnf(e, "repository %s keeps too many versions for now", before.id());
        }
    }

    /**
     * Makes the next version of a repository by a change of any size, or none if there is nothing to change. Pushes
     * wait while a large one is written.
     *
     * @return the version that holds the change
     * @throws dev.lading.oci.RegistryException what the plan throws, or StoreBusy after a bounded wait
     */
    public long rewrite(RepositoryId repository, BulkChange rewrite, Progress progress) {
        Written written = exclusively(repository, head -> {
            OptionalLong version = writer.write(head, rewrite.plan(RepositoryView.newest(store, head)), progress);
            return version.isPresent() ? Optional.of(new Written(head, version.getAsLong())) : Optional.empty();
        });
        retainAfter(written.before());
        return written.version();
    }

    /**
     * Makes versions that were made elsewhere, which are seen once all are written. Pushes wait meanwhile.
     *
     * @return the newest, or the head if there are none
     * @throws dev.lading.oci.RegistryException what the plan throws, or StoreBusy after a bounded wait
     */
    public long append(RepositoryId repository, BulkHistory history, Progress progress) {
        Written written = exclusively(repository, head -> {
            OptionalLong version = writer.write(head, history.plan(head), progress);
            return version.isPresent() ? Optional.of(new Written(head, version.getAsLong())) : Optional.empty();
        });
        retainAfter(written.before());
        return written.version();
    }

    private record Written(Repository before, long version) {}

    /**
     * Changes a repository's record by compare-and-set. Only after a lost race it takes the lease, so that it usually
     * costs no further write; the lease's holder is not overtaken, however many clients push.
     *
     * @param change given the repository's record, which its write replaces; empty: the compare-and-set lost to another
     *     writer
     */
    private <T> T exclusively(RepositoryId id, Function<Repository, Optional<T>> change) {
        var retry = new OptimisticRetry(clock);
        return retry.until(() -> {
            Repository head = head(id);
            if (!isFree(head)) {
                return Optional.empty();
            }
            Optional<T> done = retry.lost() == 0 ? change.apply(head) : writer.leased(head, retry.lost(), change);
            if (done.isEmpty()) {
                retry.lose();
            }
            return done;
        });
    }

    /**
     * A change of the head without a version.
     *
     * @param undone whether it leaves rows above the head, to be swept before a version is made
     */
    record HeadChange(Repository head, List<Write> writes, boolean undone) {}

    /**
     * Changes the head while no large change is being written, and moves the names that follow it.
     *
     * @param decision empty: what it read is no longer that of this head, so that it is asked again
     */
    void changeHead(RepositoryId repository, Function<Repository, Optional<HeadChange>> decision) {
        Repository changed = exclusively(repository, head -> {
            Optional<HeadChange> decided = decision.apply(head);
            if (decided.isEmpty()) {
                return Optional.empty();
            }
            HeadChange change = decided.get();
            Repository after =
                    change.undone() ? change.head().leased(clock.instant()).following(head) : change.head();
            List<Write> writes = new ArrayList<>(
                    after.version() == head.version()
                            ? List.of(Write.put(Repository.TABLE, after, Condition.unchanged(head)))
                            : writer.moveHead(head, after));
            writes.addAll(change.writes());
            return store.write(writes) ? Optional.of(after) : Optional.empty();
        });
        if (changed.lease().isPresent()) {
            writer.sweepInterrupted(changed);
        }
    }

    Instant now() {
        return clock.instant();
    }

    /** Whether no large change is being written; sweeps what a dead writer left. */
    private boolean isFree(Repository head) {
        if (head.lease().isEmpty()) {
            return true;
        }
        if (!head.lease().get().expires().isAfter(clock.instant())) {
            writer.sweepInterrupted(head);
        }
        return false;
    }
}
