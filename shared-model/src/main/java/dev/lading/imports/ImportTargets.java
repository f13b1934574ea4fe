package dev.lading.imports;

import dev.lading.bundle.BundleReader;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.commit.BulkChange;
import dev.lading.commit.BulkHistory;
import dev.lading.commit.Staging;
import dev.lading.content.ManifestService;
import dev.lading.distribution.DistributionService;
import dev.lading.history.Difference;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** The repositories that a bundle is imported into. */
final class ImportTargets {
    private final MetadataStore store;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final ManifestService manifests;
    private final InstantSource clock;
    private final ImportRequest request;
    private final BundleDocument document;
    private final BundleReader reader;
    private final ImportedDistributions distributions;

    /** @throws BundleRefused if the bundle cannot be imported into them */
    ImportTargets(
            MetadataStore store,
            RepositoryService repositories,
            VersionService versions,
            DistributionService distributions,
            ManifestService manifests,
            InstantSource clock,
            ImportRequest request,
            BundleDocument document,
            BundleReader reader) {
        this.store = store;
        this.repositories = repositories;
        this.versions = versions;
        this.manifests = manifests;
        this.clock = clock;
        this.request = request;
        this.document = document;
        this.reader = reader;
        this.distributions =
                new ImportedDistributions(repositories, versions, distributions, request, document.distributions());
        requireNames();
    }

    private void requireNames() {
        Set<String> here = new HashSet<>();
        Set<String> there = new HashSet<>();
        for (OfRepository repository : document.repositories()) {
            String name = request.names().here(repository.name());
            there.add(repository.name());
            RepositorySettings.requireName(name);
            if (!here.add(name)) {
                throw new BundleRefused("two repositories of the bundle would be '" + name + "'");
            }
        }
        request.names().byName().keySet().stream()
                .filter(name -> request.names().areAllThere() && !there.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new BundleRefused("the bundle has no repository '" + name + "'");
                });
    }

    /** What would be done. */
    ImportReport report() {
        List<ImportReport.Target> targets = document.repositories().stream()
                .map(from -> expected(from, true))
                .toList();
        ImportedDistributions.Made made = distributions.expected();
        return report(targets, made);
    }

    private ImportReport report(List<ImportReport.Target> targets, ImportedDistributions.Made made) {
        return new ImportReport(
                reader.signer(),
                reader.list().entries().size(),
                reader.list().sizeBytes(),
                targets,
                made.made(),
                made.taken(),
                document.missing(),
                reader.listDigest(),
                Optional.empty());
    }

    /** @param complete whether it is checked that what the bundle leaves out is here */
    private ImportReport.Target expected(OfRepository from, boolean complete) {
        String name = request.names().here(from.name());
        Optional<Repository> target = repositories.findNamed(name);
        requireRight(name, target);
        if (target.isEmpty() && !request.create()) {
            throw new BundleRefused("there is no repository '" + name + "'; make it, or let the import make it");
        }
        Repository head = target.orElseGet(() ->
                Repository.empty(RepositoryId.next(clock.instant()), RepositorySettings.named(name), clock.instant()));
        Position position = position(head, from);
        if (complete) {
            require(head, from, position);
        }
        long count = switch (position) {
            case Position.Nothing nothing -> 0;
            case Position.Replaces replaces -> 1;
            case Position.Follows follows -> count(from, follows);
        };
        long newest = switch (position) {
            case Position.Nothing nothing -> head.version();
            case Position.Replaces replaces -> head.last() + 1;
            case Position.Follows follows -> Math.max(from.to(), head.version());
        };
        return new ImportReport.Target(target.map(Repository::id), name, from.name(), count, newest);
    }

    private long count(OfRepository from, Position.Follows follows) {
        return document.versions(from).stream()
                .filter(number -> number > follows.source())
                .count();
    }

    private void requireRight(String name, Optional<Repository> target) {
        if (!request.rights().mayWrite(name, target.map(Repository::id))) {
            throw new Denied("you may not change repository '" + name + "', or make it");
        }
    }

    private Position position(Repository head, OfRepository from) {
        Optional<LastImport> last = store.get(LastImport.TABLE, LastImport.key(from.id(), head.id()));
        return Position.of(head, last, from, document.versions(from), request.asNewVersion());
    }

    /** Checks that what the bundle leaves out is here. */
    private void require(Repository head, OfRepository from, Position position) {
        switch (position) {
            case Position.Nothing nothing -> {}
            case Position.Follows follows -> document.requireOmitted(from, view(head.id(), follows.target()));
            case Position.Replaces replaces -> document.requireOmitted(from, view(head.id(), replaces.base()));
        }
    }

    private RepositoryView view(RepositoryId repository, long version) {
        return RepositoryView.at(store, repository, version);
    }

    /** Makes the versions, and then the distributions. */
    ImportReport commit(Staging staging, ImportService.Progress progress) {
        List<ImportReport.Target> targets = new ArrayList<>();
        Map<String, RepositoryId> ids = new HashMap<>();
        for (OfRepository from : document.repositories()) {
            ImportReport.Target expected = expected(from, false);
            RepositoryId id = expected.id().orElseGet(() -> make(expected.name(), from));
            long newest =
                    request.asNewVersion() ? replace(id, from, staging, progress) : follow(id, from, staging, progress);
            ids.put(from.name(), id);
            targets.add(new ImportReport.Target(
                    Optional.of(id), expected.name(), from.name(), expected.versions(), newest));
        }
        return report(targets, distributions.make(ids));
    }

    private RepositoryId make(String name, OfRepository from) {
        var settings = new RepositorySettings(
                name,
                from.description(),
                from.labels(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return repositories
                .create(RepositoryId.next(clock.instant()), settings, request.owning())
                .id();
    }

    private ImportedVersions imported(OfRepository from, Staging staging, RepositoryId target, long base) {
        var rows = new ImportedRows(manifests, document, staging.view(store), view(target, base), clock.instant());
        return new ImportedVersions(document, from, rows);
    }

    private Write done(OfRepository from, RepositoryId target, long version) {
        return Write.put(
                LastImport.TABLE,
                new LastImport(
                        from.id(), target, from.to(), version, document.head().created(), Optional.of(from.name())));
    }

    private long follow(RepositoryId target, OfRepository from, Staging staging, ImportService.Progress progress) {
        return repositories.append(
                target,
                head -> {
                    if (!(position(head, from) instanceof Position.Follows follows)) {
                        return new BulkHistory.Plan(
                                Collections.emptyIterator(), List.of(), made -> List.of(), OptionalLong.empty());
                    }
                    Iterator<BulkHistory.Version> made =
                            imported(from, staging, target, follows.target()).after(follows.source());
                    return new BulkHistory.Plan(
                            made, List.of(), newest -> List.of(done(from, target, newest)), OptionalLong.empty());
                },
                (rows, total) -> progress.written(rows));
    }

    private long replace(RepositoryId target, OfRepository from, Staging staging, ImportService.Progress progress) {
        return repositories.rewrite(
                target,
                newest -> {
                    if (!(position(repositories.get(target), from) instanceof Position.Replaces replaces)) {
                        return BulkChange.Plan.of(Collections.emptyIterator());
                    }
                    ImportedVersions imported = imported(from, staging, target, replaces.base());
                    var state = new ImportedState(imported.sum(), imported.rows());
                    return BulkChange.Plan.of(state.steps(
                                            newest, () -> own(newest, document.isComplete(from) ? 0 : replaces.base()))
                                    .iterator())
                            .atEnd(version -> List.of(done(from, target, version)));
                },
                (rows, total) -> progress.written(rows));
    }

    /** Differences from the newest version to the base. */
    private Stream<Difference> own(RepositoryView newest, long base) {
        return base > 0
                ? versions.differences(newest.repository(), newest.version(), base)
                : Content.<Content>inTables(newest::stream)
                        .flatMap(row -> Difference.between(row, Optional.of(row), Optional.empty()));
    }
}
