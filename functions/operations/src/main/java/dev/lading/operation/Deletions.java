package dev.lading.operation;

import dev.lading.account.RobotService;
import dev.lading.content.ListedBlobs;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.PullThroughService;
import dev.lading.grant.GrantService;
import dev.lading.grant.Namespace;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Target;
import dev.lading.history.RepositoryKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Page;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.operation.build.BuildCache;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.task.TaskRun;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Deletes things with all that goes with them. A run that breaks off is made again, and takes what is left. */
@Singleton
public class Deletions {
    private final RemoteService remotes;
    private final RepositoryService repositories;
    private final DistributionService distributions;
    private final PullThroughService pullThroughs;
    private final GrantService grants;
    private final NamespaceService namespaces;
    private final RobotService robots;
    private final ScheduledSyncs syncs;
    private final ListedBlobs listed;

    public Deletions(
            RemoteService remotes,
            RepositoryService repositories,
            DistributionService distributions,
            PullThroughService pullThroughs,
            GrantService grants,
            NamespaceService namespaces,
            RobotService robots,
            ScheduledSyncs syncs,
            ListedBlobs listed) {
        this.remotes = remotes;
        this.repositories = repositories;
        this.distributions = distributions;
        this.pullThroughs = pullThroughs;
        this.grants = grants;
        this.namespaces = namespaces;
        this.robots = robots;
        this.syncs = syncs;
        this.listed = listed;
    }

    /** Deletes a distribution, and then the roles on it, of which a repeated run takes what is left. */
    void distribution(DistributionId id) {
        if (distributions.find(id).isPresent()) {
            distributions.delete(id);
        }
        grants.forget(Target.distribution(id));
    }

    /** Deletes a pull-through distribution, and then the roles on it; what was pulled through it stays. */
    void pullThrough(DistributionId id) {
        if (pullThroughs.find(id).isPresent()) {
            pullThroughs.delete(id);
        }
        grants.forget(Target.pullThrough(id));
    }

    /** Deletes a repository with the cache of its builds, and then the roles on it, as {@link #distribution}. */
    public void repository(RepositoryId id) {
        distributions.findAt(BuildCache.nameOf(id)).ifPresent(cache -> {
            served(cache).ifPresent(this::repository);
            distribution(cache.id());
        });
        if (repositories.find(id).isPresent()) {
            syncs.delete(id);
        }
        grants.forget(Target.repository(id));
    }

    /** Deletes a repository of files, and then the roles on it, as {@link #distribution}. */
    void fileRepository(RepositoryId id) {
        if (repositories.find(RepositoryKind.FILE, id).isPresent()) {
            repositories.delete(id);
        }
        grants.forget(Target.repository(RepositoryKind.FILE, id));
    }

    /**
     * Deletes a remote. Repositories that are synced from it stay, with no remote and no schedule.
     *
     * @throws EntityInUse if one of them lists blobs that only the remote leads to
     */
    public void remote(RemoteId id) {
        listed.needing(id).flatMap(repositories::find).ifPresent(repository -> {
            throw new EntityInUse("repository '" + repository.settings().name()
                    + "' lists blobs that were not fetched yet and that only this remote leads to; sync it with the"
                    + " policy immediate, or delete it and run a clean-up");
        });
        pullThroughs.of(id).findFirst().ifPresent(through -> {
            throw new EntityInUse("pull-through distribution '"
                    + through.settings().name() + "' uses this remote; delete" + " that first, or give it another");
        });
        remotes.delete(id);
        grants.forget(Target.remote(id));
        grants.forget(Target.remote(RemoteKind.PULL_THROUGH, id));
        Page.all(repositories::list)
                .filter(repository -> repository.settings().remote().equals(Optional.of(id)))
                .forEach(repository -> syncs.update(
                        repository.id(),
                        settings -> settings.remote().equals(Optional.of(id)) ? settings.withoutRemote() : settings));
    }

    /**
     * Deletes a namespace: its distributions, the repositories that nothing else serves, the roles in it, its robots,
     * and in the end its record, so that nobody makes it again while something of it is left.
     */
    void namespace(String name, TaskRun run) {
        long done = 0;
        for (DistributionId id : namespaces.distributions(name).toList()) {
            // First the repository: what serves it is how a run that is made again finds it.
            distributions
                    .find(id)
                    .flatMap(this::served)
                    .filter(repository -> isOnlyIn(name, repository))
                    .ifPresent(this::repository);
            distribution(id);
            run.report("delete.distributions", "Distributions deleted", ++done, Optional.empty());
        }
        Page.all(pullThroughs::list)
                .filter(through -> Namespace.of(through.settings().basePath()).equals(name))
                .toList()
                .forEach(through -> pullThrough(through.id()));
        grants.forget(Target.namespace(name));
        robots.in(name).toList().forEach(robot -> {
            robots.delete(robot.id());
            grants.forget(robot.id());
        });
        namespaces.delete(name);
    }

    private Optional<RepositoryId> served(Distribution distribution) {
        return distribution.settings().repository();
    }

    private boolean isOnlyIn(String namespace, RepositoryId id) {
        return repositories
                .find(id)
                .filter(repository ->
                        repository.names().stream().map(Namespace::of).allMatch(namespace::equals))
                .isPresent();
    }
}
