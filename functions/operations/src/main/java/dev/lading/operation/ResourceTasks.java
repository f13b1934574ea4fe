package dev.lading.operation;

import dev.lading.account.PrincipalId;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughSettings;
import dev.lading.grant.GrantService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Target;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.remote.RemoteId;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskRun;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Tasks that create, change and delete resources that consist of settings only. */
@Singleton
public class ResourceTasks implements TaskProvider {
    public static final String CREATE = "pulpcore.app.tasks.base.general_create";
    public static final String UPDATE = "pulpcore.app.tasks.base.general_update";
    public static final String DELETE = "pulpcore.app.tasks.base.general_delete";

    public static final String CREATE_PULL_THROUGH = "lading.create_pull_through";
    public static final String DELETE_NAMESPACE = "lading.delete_namespace";

    /** The reservation of tasks on distributions, among all of which names and base paths are unique. */
    public static final Reservation DISTRIBUTIONS = Reservation.of("pdrn:distributions");

    private final DistributionService distributions;
    private final PullThroughService pullThroughs;
    private final GrantService grants;
    private final NamespaceService namespaces;
    private final Deletions deletions;
    private final PulledNames pulledNames;

    public ResourceTasks(
            DistributionService distributions,
            PullThroughService pullThroughs,
            GrantService grants,
            NamespaceService namespaces,
            Deletions deletions,
            PulledNames pulledNames) {
        this.distributions = distributions;
        this.pullThroughs = pullThroughs;
        this.grants = grants;
        this.namespaces = namespaces;
        this.deletions = deletions;
        this.pulledNames = pulledNames;
    }

    /**
     * Arguments of {@link #CREATE}.
     *
     * @param id of the distribution to make, so that a repeated run makes no other
     * @param maker empty: an administrator
     */
    public record Creation(DistributionId id, DistributionSettings distribution, Optional<PrincipalId> maker) {}

    /** Arguments of {@link #CREATE_PULL_THROUGH}, as those of {@link #CREATE}. */
    public record PullThroughCreation(DistributionId id, PullThroughSettings settings, Optional<PrincipalId> maker) {}

    /**
     * Arguments of {@link #UPDATE}. Clients of Pulp wait for this task, for which only what follows the change is left:
     * settings are changed before it begins. So secrets never are a task's arguments, invalid settings are refused at
     * once, and of two changes of different fields none undoes the other.
     *
     * @param label of the {@link ResourceType}
     */
    public record Update(String label, UUID id) {}

    /**
     * Arguments of {@link #DELETE}.
     *
     * @param label of the {@link ResourceType}
     */
    public record Deletion(String label, UUID id) {}

    /** Arguments of {@link #DELETE_NAMESPACE}: the name, since it is there without a record, too. */
    public record NamespaceDeletion(String name) {}

    @Override
    public List<TaskHandler> handlers() {
        return List.of(
                new JsonTask<>(CREATE, true, Creation.class, this::create),
                new JsonTask<>(CREATE_PULL_THROUGH, true, PullThroughCreation.class, this::createPullThrough),
                new JsonTask<>(UPDATE, true, Update.class, this::update),
                new JsonTask<>(DELETE, true, Deletion.class, this::delete),
                new JsonTask<>(DELETE_NAMESPACE, true, NamespaceDeletion.class, (namespace, run) -> {
                    deletions.namespace(namespace.name(), run);
                    return Outcome.NOTHING;
                }));
    }

    private Outcome update(Update update, TaskRun run) {
        if (update.label().equals(ResourceType.PULL_THROUGH.label())) {
            pulledNames.follow(new DistributionId(update.id()));
        } else if (update.label().equals(ResourceType.PULL_THROUGH_REMOTE.label())) {
            pulledNames.follow(new RemoteId(update.id()));
        }
        return Outcome.NOTHING;
    }

    private Outcome create(Creation creation, TaskRun run) {
        creation.maker()
                .ifPresent(maker -> namespaces.claim(creation.distribution().basePath(), maker));
        Distribution distribution = distributions.create(
                creation.id(),
                creation.distribution(),
                grants.owning(creation.maker(), Target.distribution(creation.id())));
        return Outcome.created(ResourceType.DISTRIBUTION.href(distribution.id().value()));
    }

    private Outcome createPullThrough(PullThroughCreation creation, TaskRun run) {
        creation.maker().ifPresent(maker -> namespaces.claim(creation.settings().basePath(), maker));
        PullThroughDistribution made = pullThroughs.create(
                creation.id(), creation.settings(), grants.owning(creation.maker(), Target.pullThrough(creation.id())));
        return Outcome.created(ResourceType.PULL_THROUGH.href(made.id().value()));
    }

    private Outcome delete(Deletion deletion, TaskRun run) {
        try {
            if (deletion.label().equals(ResourceType.REMOTE.label())
                    || deletion.label().equals(ResourceType.PULL_THROUGH_REMOTE.label())) {
                deletions.remote(new RemoteId(deletion.id()));
            } else if (deletion.label().equals(ResourceType.PULL_THROUGH.label())) {
                deletions.pullThrough(new DistributionId(deletion.id()));
            } else if (deletion.label().equals(ResourceType.DISTRIBUTION.label())) {
                deletions.distribution(new DistributionId(deletion.id()));
            } else if (deletion.label().equals(ResourceType.FILE_REPOSITORY.label())) {
                deletions.fileRepository(new RepositoryId(deletion.id()));
            } else {
                deletions.repository(new RepositoryId(deletion.id()));
            }
        } catch (EntityUnknown e) {
            // Gone already, as requested.
            return Outcome.NOTHING;
        }
        return Outcome.NOTHING;
    }
}
