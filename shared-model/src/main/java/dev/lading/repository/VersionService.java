package dev.lading.repository;

import dev.lading.history.Change;
import dev.lading.history.ChangeLog;
import dev.lading.history.ChangeLog.Named;
import dev.lading.history.Difference;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.SquashedVersion;
import dev.lading.history.VersionNote;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Versions of repositories, as the management API shows them. */
public final class VersionService {
    private final MetadataStore store;
    private final RepositoryService repositories;

    public VersionService(MetadataStore store, RepositoryService repositories) {
        this.store = store;
        this.repositories = repositories;
    }

    public Optional<RepositoryVersion> find(RepositoryId repository, long version) {
        return store.get(RepositoryVersion.TABLE, RepositoryVersion.key(repository, version))
                .filter(this::isShown);
    }

    /** Whether the head is there; imported versions have records before. */
    private boolean isShown(RepositoryVersion version) {
        return version.sourceCreated().isEmpty() || version.version() <= head(version.repository());
    }

    private long head(RepositoryId repository) {
        return repositories.findOfAnyKind(repository).map(Repository::version).orElse(0L);
    }

    public RepositoryVersion get(RepositoryId repository, long version) {
        return find(repository, version).orElseThrow(() -> new EntityUnknown("version", version));
    }

    /**
     * Kept versions, newest first.
     *
     * @param after {@link Page#next} of the page before
     */
    public Page<RepositoryVersion> list(RepositoryId repository, Optional<String> after, int limit) {
        Query all = RepositoryVersion.newestFirst(repository, 0, head(repository), limit);
        return store.query(RepositoryVersion.TABLE, all.after(after));
    }

    /**
     * The content of a version.
     *
     * @throws EntityUnknown if there is no such version
     */
    public RepositoryView view(RepositoryId repository, long version) {
        return RepositoryView.at(store, repository, get(repository, version).version());
    }

    /** The content of a version that a repository, as it was read, is known to have; no read. */
    public RepositoryView view(Repository repository, long version) {
        return RepositoryView.at(store, repository.id(), version);
    }

    /** The content of the newest version; retention may delete that version at any moment. */
    public RepositoryView newest(RepositoryId repository) {
        return RepositoryView.newest(store, repositories.head(repository));
    }

    /**
     * Notes what is said of a version.
     *
     * @throws EntityInUse if something else is said of it: what a version is does not change
     */
    public RepositoryVersion note(RepositoryId repository, long number, VersionNote note) {
        while (true) {
            RepositoryVersion version = get(repository, number);
            if (version.note().isPresent()) {
                if (version.note().get().equals(note)) {
                    return version;
                }
                throw new EntityInUse("version " + number + " has a note, which stays as it is");
            }
            RepositoryVersion noted = version.noted(note);
            if (store.write(Write.put(RepositoryVersion.TABLE, noted, Condition.unchanged(version)))) {
                return noted;
            }
        }
    }

    /** The nearest older version that is kept. */
    public Optional<RepositoryVersion> before(RepositoryId repository, long version) {
        return version == 0
                ? Optional.empty()
                : store
                        .query(RepositoryVersion.TABLE, RepositoryVersion.newestFirst(repository, 0, version - 1, 1))
                        .records()
                        .stream()
                        .findFirst();
    }

    /** The first kept version from a number on. */
    public Optional<RepositoryVersion> firstFrom(RepositoryId repository, long number) {
        return store
                .query(RepositoryVersion.TABLE, RepositoryVersion.between(repository, number, Content.PENDING, 1))
                .records()
                .stream()
                .findFirst()
                .filter(this::isShown);
    }

    /**
     * Deletes a version. What it added and removed becomes part of the next one; no other version's content changes.
     * Deleting the newest undoes it: the one before is served.
     *
     * @throws EntityInUse if a distribution pins this version, or there is no other
     */
    public void delete(RepositoryId repository, long version) {
        delete(repository, version, true);
    }

    /**
     * @param recount whether the next version's counts are corrected at once, which costs what changed; else by cleanup
     */
    void delete(RepositoryId repository, long version, boolean recount) {
        repositories.changeHead(repository, head -> {
            RepositoryVersion deleted = get(repository, version);
            if (head.pins().stream().anyMatch(pin -> pin.version() == version)) {
                throw new EntityInUse("a distribution serves version " + version + "; change that first");
            }
            if (head.kept() == 1) {
                throw new EntityInUse("a repository has at least one version");
            }
            return version == head.version() ? undo(head, deleted) : squash(head, deleted, recount);
        });
    }

    /**
     * The head change of deleting the newest version. Its rows are above the head then, and swept before the next
     * version is made. Empty: the one before was deleted meanwhile.
     */
    private Optional<RepositoryService.HeadChange> undo(Repository head, RepositoryVersion deleted) {
        return before(head.id(), deleted.version())
                .map(before -> new RepositoryService.HeadChange(head.backTo(before), tombstones(deleted), true));
    }

    /** The head change of deleting another one. Empty: the newest was deleted meanwhile, and none is above this one. */
    private Optional<RepositoryService.HeadChange> squash(Repository head, RepositoryVersion deleted, boolean recount) {
        return firstFrom(head.id(), deleted.version() + 1)
                .filter(next -> next.version() <= head.version())
                .map(next -> squash(head, deleted, next, recount));
    }

    private RepositoryService.HeadChange squash(
            Repository head, RepositoryVersion deleted, RepositoryVersion next, boolean recount) {
        Optional<RepositoryVersion> before = before(head.id(), deleted.version());
        RepositoryVersion changed;
        if (before.isEmpty()) {
            changed = next.against(next.present(), ContentCounts.NONE);
        } else if (recount) {
            changed = against(before.get(), next);
        } else {
            changed = next.against(next.added(), next.removed());
        }
        List<Write> writes = new ArrayList<>(tombstones(deleted));
        writes.add(Write.put(RepositoryVersion.TABLE, changed, Condition.unchanged(next)));
        writes.add(Write.put(
                SquashedVersion.TABLE, new SquashedVersion(head.id(), deleted.version(), repositories.now())));
        return new RepositoryService.HeadChange(head.withoutOne(), writes, false);
    }

    /** Writes that delete a version's record and keep its log, since its rows stay until cleanup. */
    private static List<Write> tombstones(RepositoryVersion deleted) {
        Write delete = Write.deleteUnchanged(RepositoryVersion.TABLE, deleted);
        return deleted.changes().isEmpty()
                ? List.of(delete)
                : List.of(
                        delete,
                        Write.put(
                                Change.Part.TABLE,
                                new Change.Part(deleted.repository(), deleted.version(), 0, deleted.changes())));
    }

    public RepositoryVersion against(RepositoryVersion before, RepositoryVersion next) {
        ContentCounts[] counts = {ContentCounts.NONE, ContentCounts.NONE};
        differences(next.repository(), before.version(), next.version()).forEach(difference -> {
            difference.added().ifPresent(row -> counts[0] = counts[0].plus(ContentCounts.one(row)));
            difference.removed().ifPresent(row -> counts[1] = counts[1].plus(ContentCounts.one(row)));
        });
        return next.against(counts[0], counts[1]);
    }

    /**
     * Differences between two versions of one repository, each name once. Costs what was changed between them.
     *
     * @throws EntityUnknown if there is no such version
     */
    public Stream<Difference> differences(RepositoryId repository, long from, long to) {
        return new ChangeLog(store, repository).differences(view(repository, from), view(repository, to));
    }

    /** Names that two versions of one repository show differently, if they are known without a look at their rows. */
    public Optional<Stream<Named>> names(RepositoryView from, RepositoryView to) {
        return new ChangeLog(store, from.repository()).names(from, to);
    }

    /** The row that the newer version shows of each name changed between two; it may be one of removal. */
    public Stream<Content> changed(RepositoryId repository, long one, long other) {
        return new ChangeLog(store, repository).changed(view(repository, one), view(repository, other));
    }

    /** The row that decides what a version shows of a name, if there ever was one. */
    public Optional<Content> row(RepositoryId repository, long version, Content named) {
        return RepositoryView.at(store, repository, version).row(named.table(), named.name());
    }

    /** Differences between a version and the one before. */
    public Stream<Difference> changes(RepositoryId repository, long version) {
        Optional<RepositoryVersion> before = before(repository, version);
        if (before.isPresent()) {
            return differences(repository, before.get().version(), version);
        }
        RepositoryView all = view(repository, version);
        return Content.<Content>inTables(all::stream)
                .flatMap(row -> Difference.between(row, Optional.empty(), Optional.of(row)));
    }
}
