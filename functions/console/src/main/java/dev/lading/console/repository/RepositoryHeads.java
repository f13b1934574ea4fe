package dev.lading.console.repository;

import dev.lading.grant.Rights;
import dev.lading.history.Pull;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.api.Problem;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.ResourceType;
import dev.lading.overview.TagSummaries;
import dev.lading.repository.RepositoryService;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Finds repositories for whoever asks for a page of one. */
@Singleton
class RepositoryHeads {
    /** Parameter of paths, by whose name rights are decided. */
    static final String HREF = "container_container_repository_href";

    static final String ONE = "{" + HREF + "}";

    private final RepositoryService repositories;
    private final TagSummaries tags;

    RepositoryHeads(RepositoryService repositories, TagSummaries tags) {
        this.repositories = repositories;
        this.tags = tags;
    }

    private Optional<Repository> find(String id) {
        return ResourceType.uuid(id).flatMap(uuid -> repositories.find(new RepositoryId(uuid)));
    }

    /** One of whose versions a caller may know. */
    Repository viewed(String id, RoutingContext request) {
        Rights rights = Access.rights(request);
        return find(id).filter(found -> rights.on(found, "view_containerrepository"))
                .orElseThrow(Problem::notFound);
    }

    /** One by its name, of whose versions a caller may know. */
    Optional<Repository> named(String name, RoutingContext request) {
        Rights rights = Access.rights(request);
        return repositories.findNamed(name).filter(found -> rights.on(found, "view_containerrepository"));
    }

    /**
     * A repository as a caller sees it: all of it, or what a name serves to everybody. Whether one does is told by the
     * record that pulls read, and by no other: that would be a read more.
     *
     * @throws Problem 404 if they see nothing of it
     */
    RepositoryHead get(String id, RoutingContext request) {
        Rights rights = Access.rights(request);
        Repository repository = find(id).orElseThrow(Problem::notFound);
        return rights.on(repository, "view_containerrepository")
                ? head(repository, rights)
                : open(repository).orElseThrow(Problem::notFound);
    }

    RepositoryHead head(Repository repository, RoutingContext request) {
        return head(repository, Access.rights(request));
    }

    private RepositoryHead head(Repository repository, Rights rights) {
        return new RepositoryHead(
                repository,
                tags.view(repository.id(), repository.version()),
                repository.names(),
                true,
                rights.on(repository, "modify_content_containerrepository"),
                rights.on(repository, "delete_containerrepository_versions"));
    }

    /** What the first open name serves; one read for each name up to it. */
    private Optional<RepositoryHead> open(Repository repository) {
        for (RepositoryName name : repository.names()) {
            Pull pull = repositories.pull(name);
            Optional<RepositoryView> served =
                    pull.view().filter(view -> view.repository().equals(repository.id()) && !pull.isRestricted());
            if (served.isPresent()) {
                RepositoryView view = tags.view(repository.id(), served.get().version());
                return Optional.of(new RepositoryHead(repository, view, List.of(name), false, false, false));
            }
        }
        return Optional.empty();
    }
}
