package dev.lading.management.account;

import dev.lading.account.GroupService;
import dev.lading.account.PrincipalId;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.PullThroughService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Target;
import dev.lading.history.RepositoryKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.api.Problem;
import dev.lading.operation.ResourceType;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Objects that roles are given on, by href or resource name. */
@Singleton
public class Objects {
    private final DistributionService distributions;
    private final NamespaceService namespaces;
    private final RepositoryService repositories;
    private final RemoteService remotes;
    private final PullThroughService pullThroughs;
    private final GroupService groups;

    public Objects(
            DistributionService distributions,
            NamespaceService namespaces,
            RepositoryService repositories,
            RemoteService remotes,
            PullThroughService pullThroughs,
            GroupService groups) {
        this.distributions = distributions;
        this.namespaces = namespaces;
        this.repositories = repositories;
        this.remotes = remotes;
        this.pullThroughs = pullThroughs;
        this.groups = groups;
    }

    /**
     * The object that a field names.
     *
     * @throws Problem for the field if there is none
     */
    Target target(String field, String reference) {
        return ResourceType.DISTRIBUTION
                .id(reference)
                .map(DistributionId::new)
                .filter(id -> distributions.find(id).isPresent())
                .map(Target::distribution)
                .or(() -> ResourceType.NAMESPACE
                        .id(reference)
                        .flatMap(namespaces::find)
                        .map(namespace -> Target.namespace(namespace.name())))
                .or(() -> ResourceType.REPOSITORY
                        .id(reference)
                        .map(RepositoryId::new)
                        .filter(id -> repositories.find(id).isPresent())
                        .map(Target::repository))
                .or(() -> ResourceType.FILE_REPOSITORY
                        .id(reference)
                        .map(RepositoryId::new)
                        .filter(id -> repositories.find(RepositoryKind.FILE, id).isPresent())
                        .map(id -> Target.repository(RepositoryKind.FILE, id)))
                .or(() -> ResourceType.REMOTE
                        .id(reference)
                        .map(RemoteId::new)
                        .filter(id -> remotes.find(RemoteKind.CONTAINER, id).isPresent())
                        .map(Target::remote))
                .or(() -> ResourceType.PULL_THROUGH
                        .id(reference)
                        .map(DistributionId::new)
                        .filter(id -> pullThroughs.find(id).isPresent())
                        .map(Target::pullThrough))
                .or(() -> ResourceType.PULL_THROUGH_REMOTE
                        .id(reference)
                        .map(RemoteId::new)
                        .filter(id -> remotes.find(RemoteKind.PULL_THROUGH, id).isPresent())
                        .map(id -> Target.remote(RemoteKind.PULL_THROUGH, id)))
                .or(() -> GroupModel.id(reference)
                        .filter(id -> groups.find(id).isPresent())
                        .map(Target::group))
                .orElseThrow(() -> Problem.field(
                        field,
                        "there is no distribution, namespace, repository, remote or group " + reference
                                + "; roles are given on these"));
    }

    /**
     * The kind of object that an href or resource name is of.
     *
     * @throws Problem for the field if roles are given on none of that kind
     */
    static Target.Kind kind(String field, String reference) {
        if (ResourceType.DISTRIBUTION.id(reference).isPresent()) {
            return Target.Kind.DISTRIBUTION;
        }
        if (ResourceType.NAMESPACE.id(reference).isPresent()) {
            return Target.Kind.NAMESPACE;
        }
        if (ResourceType.REPOSITORY.id(reference).isPresent()) {
            return Target.Kind.REPOSITORY;
        }
        if (ResourceType.FILE_REPOSITORY.id(reference).isPresent()) {
            return Target.Kind.FILE_REPOSITORY;
        }
        if (ResourceType.REMOTE.id(reference).isPresent()) {
            return Target.Kind.REMOTE;
        }
        if (ResourceType.PULL_THROUGH.id(reference).isPresent()) {
            return Target.Kind.PULL_THROUGH;
        }
        if (ResourceType.PULL_THROUGH_REMOTE.id(reference).isPresent()) {
            return Target.Kind.PULL_THROUGH_REMOTE;
        }
        if (GroupModel.id(reference).isPresent()) {
            return Target.Kind.GROUP;
        }
        throw Problem.field(
                field,
                "roles are given on distributions, namespaces, repositories, remotes and groups, not on " + reference);
    }

    /** The href of an object; empty: everything. */
    public static Optional<String> href(Target target) {
        return group(target)
                .map(GroupModel::href)
                .or(() -> named(target).map(named -> named.type().href(named.id())));
    }

    static Optional<String> prn(Target target) {
        return group(target)
                .map(GroupModel::prn)
                .or(() -> named(target).map(named -> named.type().prn(named.id())));
    }

    private static Optional<PrincipalId> group(Target target) {
        return target.kind() == Target.Kind.GROUP ? PrincipalId.parse(target.id()) : Optional.empty();
    }

    private record Named(ResourceType type, UUID id) {}

    private static Optional<Named> named(Target target) {
        return switch (target.kind()) {
            case EVERYTHING, GROUP -> Optional.empty();
            case NAMESPACE -> Optional.of(new Named(ResourceType.NAMESPACE, NamespaceService.id(target.id())));
            case DISTRIBUTION -> Optional.of(new Named(ResourceType.DISTRIBUTION, UUID.fromString(target.id())));
            case REPOSITORY -> Optional.of(new Named(ResourceType.REPOSITORY, UUID.fromString(target.id())));
            case FILE_REPOSITORY -> Optional.of(new Named(ResourceType.FILE_REPOSITORY, UUID.fromString(target.id())));
            case REMOTE -> Optional.of(new Named(ResourceType.REMOTE, UUID.fromString(target.id())));
            case PULL_THROUGH -> Optional.of(new Named(ResourceType.PULL_THROUGH, UUID.fromString(target.id())));
            case PULL_THROUGH_REMOTE ->
                Optional.of(new Named(ResourceType.PULL_THROUGH_REMOTE, UUID.fromString(target.id())));
        };
    }
}
