package dev.lading.history;

import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A series of versions. Every new version changes this record, so concurrent writers do a compare-and-set on its
 * revision.
 *
 * @param kind never changes
 * @param updated when the settings were changed last
 * @param version newest complete version
 * @param last highest number given out; more than {@code version} when newer versions were deleted
 * @param kept how many versions there are
 * @param present what the newest version holds
 * @param lease of the writer of the next version, when that takes more than one transaction
 * @param followers names that show the newest version
 * @param pins names that show one version, which is kept for them
 */
public record Repository(
        RepositoryId id,
        RepositoryKind kind,
        RepositorySettings settings,
        Instant created,
        Instant updated,
        long version,
        long last,
        long kept,
        ContentCounts present,
        Optional<Lease> lease,
        List<RepositoryName> followers,
        List<Pin> pins,
        long revision)
        implements Revised {
    public static final Table<Repository> TABLE = Table.audited("repository", Repository.class, r -> key(r.id()));
    private static final String NAMES_PARTITION = "all";
    public static final NameIndex<String, Named> NAMES = new NameIndex<>(
            new Table<>("repository-name", Named.class, named -> nameKey(named.name())), Repository::nameKey);

    /** Limit on followers and pins together: each new version moves all followers in its transaction. */
    static final int MAX_NAMES = 40;

    public Repository {
        // Earlier builds had no other kind.
        kind = kind == null ? RepositoryKind.CONTAINER : kind;
        followers = followers == null ? List.of() : List.copyOf(followers);
        pins = pins == null ? List.of() : List.copyOf(pins);
        present = present == null ? ContentCounts.NONE : present;
    }

    /** A lease on the next version number, which other writers leave alone until it expires. */
    public record Lease(Instant expires) {}

    /** A name that shows one version until it is changed. */
    public record Pin(RepositoryName name, long version) {}

    /** Whose a name is. */
    public record Named(String name, UUID id, RepositoryKind kind) {
        public Named {
            kind = kind == null ? RepositoryKind.CONTAINER : kind;
        }
    }

    public static Key key(RepositoryId id) {
        return new Key(id.toString(), "repository");
    }

    private static Key nameKey(String name) {
        return new Key(NAMES_PARTITION, name);
    }

    public static Repository empty(RepositoryId id, RepositorySettings settings, Instant now) {
        return empty(RepositoryKind.CONTAINER, id, settings, now);
    }

    public static Repository empty(RepositoryKind kind, RepositoryId id, RepositorySettings settings, Instant now) {
        return new Repository(
                id, kind, settings, now, now, 0, 0, 1, ContentCounts.NONE, Optional.empty(), List.of(), List.of(), 0);
    }

    public Repository leased(Instant until) {
        return next(copy -> copy.lease = Optional.of(new Lease(until)));
    }

    /**
     * This repository with {@code count} new versions, the last of them holding {@code nowPresent}, and without a
     * lease.
     */
    public Repository grown(int count, ContentCounts nowPresent) {
        return grown(count, last + count, nowPresent);
    }

    /** This repository with {@code count} new versions up to a number, without a lease. */
    public Repository grown(int count, long number, ContentCounts nowPresent) {
        return at(number, number, kept + count, nowPresent);
    }

    /** This repository with an older version deleted. */
    public Repository withoutOne() {
        return at(version, last, kept - 1, present);
    }

    /** This repository with the newest version deleted, back at the one before. */
    public Repository backTo(RepositoryVersion before) {
        return at(before.version(), last, kept - 1, before.present());
    }

    private Repository at(long newVersion, long newLast, long nowKept, ContentCounts nowPresent) {
        return next(copy -> {
            copy.version = newVersion;
            copy.last = newLast;
            copy.kept = nowKept;
            copy.present = nowPresent;
            copy.lease = Optional.empty();
        });
    }

    public Repository unleased() {
        return at(version, last, kept, present);
    }

    /** This repository with other settings, and without a lease. */
    public Repository with(RepositorySettings changed, Instant now) {
        return next(copy -> {
            copy.settings = changed;
            copy.updated = now;
            copy.lease = Optional.empty();
        });
    }

    /** @param pinned the version shown at {@code name}; empty: always the newest */
    public Repository shownAt(RepositoryName name, Optional<Long> pinned) {
        if (kind != RepositoryKind.CONTAINER) {
            throw new EntityInUse("repository '" + settings.name() + "' is one of files, from which nothing is pulled");
        }
        Repository without = notShownAt(name);
        if (without.names().size() >= MAX_NAMES) {
            throw new EntityInUse("a repository is distributed at no more than " + MAX_NAMES + " base paths");
        }
        return pinned.isPresent()
                ? named(without.followers, append(without.pins, new Pin(name, pinned.get())))
                : named(append(without.followers, name), without.pins);
    }

    public Repository notShownAt(RepositoryName name) {
        return named(
                followers.stream().filter(n -> !n.equals(name)).toList(),
                pins.stream().filter(pin -> !pin.name().equals(name)).toList());
    }

    public List<RepositoryName> names() {
        return Stream.concat(followers.stream(), pins.stream().map(Pin::name)).toList();
    }

    private Repository named(List<RepositoryName> newFollowers, List<Pin> newPins) {
        return copy(revision, copy -> {
            copy.followers = newFollowers;
            copy.pins = newPins;
        });
    }

    /** This state with {@code before}'s revision plus one, so several copy steps count as one write. */
    public Repository following(Repository before) {
        return copy(before.revision + 1, copy -> {});
    }

    private Repository next(Consumer<Copy> change) {
        return copy(revision + 1, change);
    }

    private Repository copy(long newRevision, Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return copy.made(newRevision);
    }

    /** A copy before it is made: what a change does not set stays as it is. Only here are all components listed. */
    private static final class Copy {
        private final Repository original;
        private RepositorySettings settings;
        private Instant updated;
        private long version;
        private long last;
        private long kept;
        private ContentCounts present;
        private Optional<Lease> lease;
        private List<RepositoryName> followers;
        private List<Pin> pins;

        Copy(Repository original) {
            this.original = original;
            this.settings = original.settings;
            this.updated = original.updated;
            this.version = original.version;
            this.last = original.last;
            this.kept = original.kept;
            this.present = original.present;
            this.lease = original.lease;
            this.followers = original.followers;
            this.pins = original.pins;
        }

        Repository made(long revision) {
            return new Repository(
                    original.id,
                    original.kind,
                    settings,
                    original.created,
                    updated,
                    version,
                    last,
                    kept,
                    present,
                    lease,
                    followers,
                    pins,
                    revision);
        }
    }

    private static <T> List<T> append(List<T> list, T last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }

    /** The entry of this repository's name. */
    public Named named() {
        return new Named(settings.name(), id.value(), kind);
    }

    /** All names in order, of {@link #NAMES}. */
    public static Query allNames(int limit) {
        return Query.ascending(NAMES_PARTITION, SortKeys.FIRST, SortKeys.LAST, limit);
    }

    /** Names of all kinds of repositories that begin with a text, in their order. */
    public static Query namesFrom(String prefix, int limit) {
        return Query.beginning(NAMES_PARTITION, prefix, limit);
    }

    /** A repository that was deleted and whose records are not all gone. */
    public record Gone(RepositoryId id, Instant deleted) {
        private static final String PARTITION = "all";
        public static final Table<Gone> TABLE =
                new Table<>("repository-gone", Gone.class, g -> new Key(PARTITION, g.id().toString()));

        public static Query all(int limit) {
            return Query.ascending(PARTITION, "0", "~", limit);
        }
    }
}
