package dev.lading.management.repository;

import dev.lading.content.ContentService;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentUnit;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Schema;
import dev.lading.management.content.ContentReferences;
import dev.lading.management.resource.TypeFilters;
import dev.lading.operation.ScheduledSyncs;
import dev.lading.operation.VersionHref;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Lists of repositories and of their versions, with filters that need look-ups. */
@Singleton
public class RepositoryLists {
    private final ContentReferences references;
    private final ContentService content;

    public final Listing<Repository> repositories;
    public final Listing<Repository> allRepositories =
            TypeFilters.filter(withContent(RepositoryModel.list(RepositoryModel.GENERIC)), RepositoryModel::type);
    public final Listing<RepositoryVersion> versions = VersionModel.list(VersionModel.VERSION)
            .filter(new Filter<>("content", Schema.TEXT, false, values -> holdingAny("content", values)))
            .filter(new Filter<>(
                    "content__in", Schema.listOf(Schema.TEXT), false, values -> holdingAny("content__in", values)));

    public RepositoryLists(ContentReferences references, ContentService content, ScheduledSyncs syncs) {
        this.references = references;
        this.content = content;
        this.repositories = withContent(RepositoryModel.list(RepositoryModel.repository(syncs)));
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

    private Predicate<RepositoryVersion> holdingAny(String parameter, List<String> values) {
        List<ContentUnit> units = references.units(parameter, values);
        return version -> {
            RepositoryView view = references.view(VersionModel.href(version));
            return units.stream().anyMatch(unit -> view.holds(unit));
        };
    }
}
