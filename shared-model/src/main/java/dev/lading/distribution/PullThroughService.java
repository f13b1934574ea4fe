package dev.lading.distribution;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.RemoteId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Pull-through distributions. A change takes effect within ten seconds, in this process at once. */
public final class PullThroughService {
    private static final int PAGE = 1_000;
    private static final int NAMED = 5;

    private final MetadataStore store;
    private final PullThroughs known;
    private final InstantSource clock;

    public PullThroughService(MetadataStore store, PullThroughs known, InstantSource clock) {
        this.store = store;
        this.known = known;
        this.clock = clock;
    }

    public Optional<PullThroughDistribution> find(DistributionId id) {
        return store.get(PullThroughDistribution.TABLE, PullThroughDistribution.key(id));
    }

    public PullThroughDistribution get(DistributionId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("pull-through distribution", id));
    }

    public Optional<PullThroughDistribution> findNamed(String name) {
        return PullThroughDistribution.NAMES.find(store, name).flatMap(named -> find(new DistributionId(named.id())));
    }

    /** All, newest first. */
    public Page<PullThroughDistribution> list(Optional<String> after, int limit) {
        return store.query(
                PullThroughDistribution.TABLE,
                PullThroughDistribution.newestFirst(limit).after(after));
    }

    /** All, oldest first. */
    public Page<PullThroughDistribution> oldest(Optional<String> after, int limit) {
        return store.query(
                PullThroughDistribution.TABLE,
                PullThroughDistribution.newestFirst(limit).reversed().after(after));
    }

    /** Distributions that pulls through one made, in the order of their base paths. */
    public Stream<MadeThrough> made(UUID through) {
        return store.stream(MadeThrough.TABLE, MadeThrough.of(through, PAGE));
    }

    /**
     * Distributions that pulls through one made, in the order of their base paths; one read.
     *
     * @param after the base path where the page before ended
     */
    public Page<MadeThrough> made(UUID through, Optional<RepositoryName> after, int limit) {
        return store.query(MadeThrough.TABLE, MadeThrough.of(through, limit).after(after.map(RepositoryName::value)));
    }

    /** Pull-through distributions of a remote. */
    public Stream<PullThroughDistribution> of(RemoteId remote) {
        return Page.all(this::list).filter(each -> each.settings().remote().equals(remote));
    }

    /**
     * Creates a pull-through distribution. Idempotent for one id.
     *
     * @param owning what is written with it, so that it has an owner at once
     * @throws FieldInvalid if the name is taken
     * @throws EntityInUse if something is served at the base path or beneath it already
     */
    public PullThroughDistribution create(DistributionId id, PullThroughSettings settings, List<Write> owning) {
        Instant now = clock.instant();
        var made = new PullThroughDistribution(id, settings, now, now, 0);
        return OptimisticRetry.until(
                clock,
                () -> find(id).or(() -> {
                    if (Page.all(this::list).limit(PullThroughs.MOST).count() == PullThroughs.MOST) {
                        throw new FieldInvalid(
                                "name", "there are " + PullThroughs.MOST + " pull-through distributions, the most");
                    }
                    claim(made);
                    List<Write> writes = new ArrayList<>(owning);
                    writes.add(Write.put(PullThroughDistribution.TABLE, made, Condition.absent()));
                    writes.addAll(PullThroughDistribution.NAMES.replace(
                            store, Optional.empty(), Optional.of(made.named()), () -> release(made, taken())));
                    return written(writes) ? Optional.of(made) : Optional.empty();
                }));
    }

    /** Takes the base path, and then looks whether something was there before. */
    private void claim(PullThroughDistribution wanted) {
        RepositoryName basePath = wanted.settings().basePath();
        Optional<ThroughPath> held = ThroughPath.INDEX.find(store, basePath);
        if (held.isPresent() && !held.get().equals(wanted.path())) {
            if (find(held.get().id()).isPresent()) {
                throw new EntityInUse("there is a pull-through distribution at '" + basePath + "' already");
            }
            // Whoever claimed it died before there was a distribution.
            store.write(ThroughPath.INDEX.release(held.get()));
        }
        if (!held.equals(Optional.of(wanted.path()))) {
            store.write(ThroughPath.INDEX.claim(wanted.path()));
        }
        try {
            requireRoom(basePath, wanted.id());
        } catch (EntityInUse e) {
            throw release(wanted, e);
        }
    }

    /** @throws EntityInUse if something is served at a base path or beneath it already, or pulls go through one above */
    public void requireRoom(RepositoryName basePath) {
        requireRoom(basePath, newId());
    }

    private DistributionId newId() {
        return DistributionId.next(clock.instant());
    }

    private void requireRoom(RepositoryName basePath, DistributionId self) {
        List<String> there = Stream.concat(
                        others(basePath, self)
                                .map(each -> each.settings().basePath().value()),
                        served(basePath))
                .limit(NAMED + 1L)
                .toList();
        if (!there.isEmpty()) {
            throw new EntityInUse("'" + basePath + "' cannot be pulled through: there is "
                    + there.stream().limit(NAMED).collect(Collectors.joining("', '", "'", "'"))
                    + (there.size() > NAMED ? " and more" : "")
                    + " at it, beneath it or above it; delete what is there, or use another base path");
        }
    }

    /** Gives the base path back, for a failure. */
    private <E extends RuntimeException> E release(PullThroughDistribution wanted, E failure) {
        if (find(wanted.id()).filter(each -> each.path().equals(wanted.path())).isEmpty()) {
            store.write(ThroughPath.INDEX.release(wanted.path()));
        }
        return failure;
    }

    /** Other pull-through distributions above or beneath. */
    private Stream<PullThroughDistribution> others(RepositoryName basePath, DistributionId self) {
        String path = basePath.value() + "/";
        return Page.all(this::list).filter(each -> {
            String other = each.settings().basePath().value() + "/";
            return !each.id().equals(self) && (other.startsWith(path) || path.startsWith(other));
        });
    }

    /** Base paths of distributions at a base path or beneath it. */
    private Stream<String> served(RepositoryName basePath) {
        Query beneath = Query.ascending("all", basePath.value() + "/", basePath.value() + "/~", NAMED + 1);
        return Stream.concat(
                        BasePathIndex.INDEX.find(store, basePath).stream(),
                        store.query(BasePathIndex.INDEX.table(), beneath).records().stream())
                .map(entry -> entry.basePath().value());
    }

    /**
     * Changes a pull-through distribution.
     *
     * @param otherUpstream whether what was pulled may go on at another upstream
     * @throws EntityInUse if the base path or, unless said, the remote would change while there is content of it
     */
    public PullThroughDistribution update(
            DistributionId id, UnaryOperator<PullThroughSettings> change, boolean otherUpstream) {
        return OptimisticRetry.until(clock, () -> {
            PullThroughDistribution before = get(id);
            PullThroughDistribution after = before.with(change.apply(before.settings()), clock.instant());
            if (after.settings().equals(before.settings())) {
                return Optional.of(before);
            }
            boolean moves = !after.path().equals(before.path());
            boolean leads = !after.settings().remote().equals(before.settings().remote());
            List<Write> writes = new ArrayList<>();
            if (moves || (leads && !otherUpstream)) {
                writes.add(requireNothingMade(before, moves ? "base_path" : "remote"));
            }
            if (moves) {
                claim(after);
            }
            writes.add(Write.put(PullThroughDistribution.TABLE, after, Condition.unchanged(before)));
            writes.addAll(PullThroughDistribution.NAMES.replace(
                    store, Optional.of(before.named()), Optional.of(after.named()), PullThroughService::taken));
            if (moves) {
                writes.add(ThroughPath.INDEX.release(before.path()));
            }
            return written(writes) ? Optional.of(after) : Optional.empty();
        });
    }

    /**
     * A condition that pulls have made nothing until the write.
     *
     * @throws EntityInUse if they have made distributions, of one upstream's content
     */
    public Write requireNothingMade(PullThroughDistribution through, String field) {
        Write unchanged = ThroughUse.unchanged(store, through.id().value());
        Optional<MadeThrough> made = made(through.id().value()).findFirst();
        if (made.isPresent()) {
            throw new EntityInUse("the " + field + " of '" + through.settings().name() + "' stays while it has '"
                    + made.get().basePath()
                    + "': two upstreams never share a repository; delete what was pulled first"
                    + (field.equals("base_path") ? "" : ", or say other_upstream"));
        }
        return unchanged;
    }

    /** Deletes a pull-through distribution. What was pulled through it stays, as any other repository. */
    public void delete(DistributionId id) {
        OptimisticRetry.until(clock, () -> {
            PullThroughDistribution before = get(id);
            made(id.value()).toList().forEach(each -> store.write(each.delete()));
            boolean deleted = written(List.of(
                    Write.deleteUnchanged(PullThroughDistribution.TABLE, before),
                    PullThroughDistribution.NAMES.release(before.named()),
                    ThroughUse.delete(id.value()),
                    ThroughPath.INDEX.release(before.path())));
            return deleted ? Optional.of(true) : Optional.empty();
        });
    }

    private boolean written(List<Write> writes) {
        boolean written = store.write(writes);
        known.changed();
        return written;
    }

    private static FieldInvalid taken() {
        return new FieldInvalid("name", "This field must be unique.");
    }
}
