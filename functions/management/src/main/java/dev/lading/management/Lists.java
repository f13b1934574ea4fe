package dev.lading.management;

import dev.lading.content.ContentService;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentUnit;
import dev.lading.management.ContentModel.Shown;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.operation.Orphans;
import dev.lading.operation.ResourceType;
import dev.lading.operation.ScheduledSyncs;
import dev.lading.operation.VersionHref;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All lists of the API, with the filters that must look things up. */
@Singleton
public class Lists {
    static final String IN_VERSION = "repository_version";
    static final String ADDED = "repository_version_added";
    static final String REMOVED = "repository_version_removed";

    private final ContentReferences references;
    private final ContentService content;
    private final Orphans orphans;

    final Listing<Repository> repositories;
    final Listing<Repository> allRepositories =
            Types.filter(withContent(RepositoryModel.list(RepositoryModel.GENERIC)), "container.container");
    final Listing<DistributionModel.Shown> distributions = servingContent(DistributionModel.list());
    final Listing<DistributionModel.Shown> allDistributions = servingContent(DistributionModel.genericList());
    final Listing<RepositoryVersion> versions = VersionModel.list()
            .filter(new Filter<>("content", Schema.TEXT, false, values -> holdingAny("content", values)))
            .filter(new Filter<>(
                    "content__in", Schema.listOf(Schema.TEXT), false, values -> holdingAny("content__in", values)));
    final Listing<Shown> tags = member(ContentModel.tags());
    final Listing<Shown> manifests = member(ContentModel.manifests());
    final Listing<Shown> blobs = member(ContentModel.blobs());
    final Listing<Shown> signatures = member(ContentModel.signatures());
    final Listing<Shown> anyContent = member(ContentModel.any());

    public Lists(ContentReferences references, ContentService content, Orphans orphans, ScheduledSyncs syncs) {
        this.references = references;
        this.content = content;
        this.orphans = orphans;
        this.repositories = withContent(RepositoryModel.list(RepositoryModel.repository(syncs)));
    }

    /** Lists by the id of the operation that answers them. */
    Map<String, Listing<?>> byOperation() {
        return Map.ofEntries(
                Map.entry("tasks_list", TaskModel.LIST),
                Map.entry("remotes_list", RemoteModel.GENERIC_LIST),
                Map.entry("remotes_container_container_list", RemoteModel.LIST),
                Map.entry("repositories_list", allRepositories),
                Map.entry("repositories_container_container_list", repositories),
                Map.entry("repositories_container_container_push_list", repositories),
                Map.entry("repositories_container_container_versions_list", versions),
                Map.entry("repositories_container_container_diff", DifferenceModel.LIST),
                Map.entry("repository_versions_list", versions),
                Map.entry("distributions_list", allDistributions),
                Map.entry("distributions_container_container_list", distributions),
                Map.entry("content_list", anyContent),
                Map.entry("content_container_tags_list", tags),
                Map.entry("content_container_manifests_list", manifests),
                Map.entry("content_container_blobs_list", blobs),
                Map.entry("content_container_signatures_list", signatures));
    }

    private Listing<Repository> withContent(Listing<Repository> listing) {
        return listing.filter(new Filter<>("with_content", Schema.TEXT, false, values -> {
                    ContentUnit unit = references.unit("with_content", values.getFirst());
                    var holders = content.repositories(unit).collect(Collectors.toUnmodifiableSet());
                    return repository -> holders.contains(repository.id());
                }))
                .filter(new Filter<>("latest_with_content", Schema.TEXT, false, values -> {
                    ContentUnit unit = references.unit("latest_with_content", values.getFirst());
                    return repository -> references
                            .view(new VersionHref(repository.id(), repository.version()))
                            .holds(unit);
                }));
    }

    private Listing<DistributionModel.Shown> servingContent(Listing<DistributionModel.Shown> listing) {
        return listing.filter(new Filter<>("with_content", Schema.TEXT, false, values -> {
            ContentUnit unit = references.unit("with_content", values.getFirst());
            return shown -> shown.version()
                    .or(() -> shown.repository()
                            .map(id -> references.version("repository", ResourceType.REPOSITORY.href(id))))
                    .filter(version -> references.view(version).holds(unit))
                    .isPresent();
        }));
    }

    private Predicate<RepositoryVersion> holdingAny(String parameter, List<String> values) {
        List<ContentUnit> units = references.units(parameter, values);
        return version -> {
            RepositoryView view = references.view(VersionModel.href(version));
            return units.stream().anyMatch(unit -> view.holds(unit));
        };
    }

    /** Filters by the versions that hold, added or removed a unit. */
    private Listing<Shown> member(Listing<Shown> listing) {
        return listing.filter(new Filter<>(IN_VERSION, Schema.TEXT, false, values -> {
                    RepositoryView view = references.view(references.version(IN_VERSION, values.getFirst()));
                    return shown -> view.holds(shown.unit());
                }))
                .filter(new Filter<>(ADDED, Schema.TEXT, false, values -> {
                    Set<ContentUnit> added = units(references.added(references.version(ADDED, values.getFirst())));
                    return shown -> added.contains(shown.unit());
                }))
                .filter(new Filter<>(REMOVED, Schema.TEXT, false, values -> {
                    Set<ContentUnit> removed =
                            units(references.removed(references.version(REMOVED, values.getFirst())));
                    return shown -> removed.contains(shown.unit());
                }))
                .filter(between("added_between", (held, holds) -> !held && holds))
                .filter(between("removed_between", (held, holds) -> held && !holds))
                .filter(new Filter<>("orphaned_for", Schema.DECIMAL, false, values -> {
                    double minutes = (Double) Filter.parse("orphaned_for", Schema.DECIMAL, values.getFirst());
                    return shown -> orphans.isOrphaned(shown.unit(), minutes);
                }));
    }

    private static Set<ContentUnit> units(Stream<ContentUnit> units) {
        return units.collect(Collectors.toUnmodifiableSet());
    }

    /** @param passes given whether the first and the second version hold a unit */
    private Filter<Shown> between(String name, BiPredicate<Boolean, Boolean> passes) {
        return new Filter<>(name, Schema.listOf(Schema.TEXT), false, values -> {
            if (values.size() != 2) {
                throw Problem.field(name, "give two versions, with a comma between them");
            }
            RepositoryView base = references.view(references.version(name, values.getFirst()));
            RepositoryView target = references.view(references.version(name, values.getLast()));
            return shown -> passes.test(base.holds(shown.unit()), target.holds(shown.unit()));
        });
    }
}
