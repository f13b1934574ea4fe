package dev.lading.management.repository;

import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Selection;
import dev.lading.management.api.Values;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.References;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.TypeFilters;
import dev.lading.operation.ResourceType;
import dev.lading.operation.ScheduledSyncs;
import dev.lading.operation.VersionHref;
import dev.lading.remote.RemoteId;
import dev.lading.schedule.SyncSchedule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Repositories as the API shows and accepts them. */
public final class RepositoryModel {
    private static final String CHECKPOINTS = "retain_checkpoints";
    private static final String SIGNING = "manifest_signing_service";

    private static final String OWN = "Lading's own: ";

    /** Model of a list of all kinds of repositories. */
    public static final Model<Repository> GENERIC = describe("Repository");

    private static final Model<ScheduledSyncs.Last> RUN = new Model<ScheduledSyncs.Last>("ScheduledRun")
            .shows("due", Schema.TIME, ScheduledSyncs.Last::due)
            .shows("started_at", Schema.TIME, ScheduledSyncs.Last::started)
            .shows("task", Schema.URI, run -> ResourceType.TASK.href(run.task().value()))
            .shows("state", Schema.TEXT, ScheduledSyncs.Last::state)
            .shows("error", Schema.TEXT, ScheduledSyncs.Last::error);

    private RepositoryModel() {}

    static Model<Repository> repository(ScheduledSyncs syncs) {
        return describe("container.ContainerRepository")
                .allows(SIGNING, Schema.URI.orNull(), repository -> null)
                .allows(
                        SyncSchedule.FIELD,
                        Schema.TEXT
                                .orNull()
                                .filled()
                                .described(OWN + "when it is synced from its remote by itself, as EventBridge Scheduler"
                                        + " writes it: rate(6 hours), cron(0 6 ? * MON-FRI *). A sync begins up to a"
                                        + " tenth of the distance to the next one later, 15 minutes at most"),
                        scheduled(SyncSchedule::expression))
                .allows(
                        SyncSchedule.TIMEZONE_FIELD,
                        Schema.TEXT.filled().described(OWN + "the time zone of sync_schedule, such as Europe/Berlin"),
                        repository -> schedule(repository)
                                .map(schedule -> schedule.timezone().getId())
                                .orElse(SyncSchedule.DEFAULT_TIMEZONE))
                .allows(
                        SyncSchedule.MIRROR_FIELD,
                        Schema.BOOLEAN.described(OWN + "whether these syncs remove what the remote no longer has"),
                        repository -> schedule(repository)
                                .filter(SyncSchedule::mirror)
                                .isPresent())
                .allows(
                        SyncSchedule.MIRROR_EMPTY_FIELD,
                        Schema.BOOLEAN.described(
                                OWN + "whether they may remove all tags, if the remote has none any more"),
                        repository -> schedule(repository)
                                .filter(SyncSchedule::mirrorEmpty)
                                .isPresent())
                .allows(
                        SyncSchedule.SIGNED_ONLY_FIELD,
                        Schema.BOOLEAN.described(OWN + "whether these syncs take only what is signed"),
                        repository -> schedule(repository)
                                .filter(SyncSchedule::signedOnly)
                                .isPresent())
                .shows("sync_schedule_next", Schema.TIME.orNull().described(OWN + "when it is due next"), syncs::next)
                .shows(
                        "sync_schedule_last",
                        Schema.OBJECT
                                .orNull()
                                .described(
                                        OWN + "the last time it was due: 'due', 'started_at', 'task', 'state' (that of"
                                                + " the task, or 'skipped' because that task was not done yet) and 'error'"),
                        repository -> syncs.last(repository).map(run -> RUN.render(run, Selection.ALL)));
    }

    private static Optional<SyncSchedule> schedule(Repository repository) {
        return repository.settings().schedule();
    }

    private static Function<Repository, Object> scheduled(Function<SyncSchedule, ?> value) {
        return repository -> schedule(repository).map(value);
    }

    private static UUID id(Repository repository) {
        return repository.id().value();
    }

    static ResourceType type(Repository repository) {
        return ResourceType.of(repository.kind());
    }

    public static Model<Repository> describe(String name) {
        return ResourceModel.<Repository>model(
                        RepositoryModel::type, name, RepositoryModel::id, Repository::created, Repository::updated)
                .shows(
                        "versions_href",
                        Schema.URI,
                        repository -> type(repository).href(id(repository)) + "versions/")
                .allows("pulp_labels", Schema.LABELS, of(RepositorySettings::labels))
                .shows(
                        "latest_version_href",
                        Schema.URI,
                        repository ->
                                new VersionHref(type(repository), repository.id(), repository.version()).toString())
                .requires("name", Schema.TEXT.filled(), of(RepositorySettings::name))
                .allows("description", Schema.TEXT.filled().orNull(), of(RepositorySettings::description))
                .allows(
                        "retain_repo_versions",
                        Schema.INTEGER
                                .orNull()
                                .from(RepositorySettings.LEAST_RETAINED)
                                .upTo(Integer.MAX_VALUE),
                        of(RepositorySettings::retainVersions))
                .allows(CHECKPOINTS, Schema.INTEGER.orNull().from(1), repository -> null)
                .allows(
                        "remote",
                        Schema.URI.orNull(),
                        of(settings -> settings.remote().map(id -> ResourceType.REMOTE.href(id.value()))));
    }

    private static Function<Repository, Object> of(Function<RepositorySettings, ?> value) {
        return repository -> value.apply(repository.settings());
    }

    public static Listing<Repository> list(Model<Repository> model) {
        return ResourceModel.labelled(
                        ResourceModel.listing(model, RepositoryModel::id),
                        r -> r.settings().labels())
                .filter("name", Schema.TEXT, Lookup.NAMES)
                .filter("retain_repo_versions", Schema.PLAIN_INTEGER, Lookup.OPTIONAL_NUMBERS)
                .filter(CHECKPOINTS, Schema.PLAIN_INTEGER, Lookup.OPTIONAL_NUMBERS)
                .filter(TypeFilters.reference(
                        "remote",
                        ResourceType.REMOTE,
                        r -> r.settings().remote().map(RemoteId::value)))
                .orders("name", "description", "retain_repo_versions", CHECKPOINTS)
                .order("next_version", r -> r.last() + 1)
                .order("user_hidden", r -> false)
                .sortedBy("-pulp_created");
    }

    /** What a repository's name and id tell. Ids are made in the order of time, so that they stand for it. */
    public static final Listing<Repository.Named> KEYS = new Listing<>(
                    new Model<Repository.Named>("RepositoryName").shows("name", Schema.TEXT, Repository.Named::name))
            .filter("name", Schema.TEXT, Lookup.NAMES)
            .orders("name")
            .order("pulp_created", RepositoryModel::keyId)
            .order("pk", RepositoryModel::keyId)
            .order("pulp_id", RepositoryModel::keyId)
            .sortedBy("-pulp_created");

    private static UUID keyId(Repository.Named named) {
        return named.id();
    }

    /** Settings changed by a body. */
    public static RepositorySettings changed(
            Values body, RepositorySettings before, References references, Instant now) {
        refuse(body, CHECKPOINTS, "there are no checkpoints here");
        refuse(body, SIGNING, "this registry does not sign");
        Optional<String> remote = body.text("remote", Optional.empty());
        return new RepositorySettings(
                body.text("name", before.name()),
                body.text("description", before.description()),
                LabelActions.labels(body, before.labels()),
                body.integer("retain_repo_versions", before.retainVersions().map(Integer::longValue))
                        .map(Long::intValue),
                body.has("remote") ? remote.map(href -> references.remote("remote", href)) : before.remote(),
                schedule(body, before.schedule(), now),
                before.sponsor());
    }

    public static RepositorySettings created(Values body, References references, Instant now) {
        return changed(body, RepositorySettings.named(body.text("name")), references, now);
    }

    private static Optional<SyncSchedule> schedule(Values body, Optional<SyncSchedule> before, Instant now) {
        Optional<String> expression = body.text(SyncSchedule.FIELD, before.map(SyncSchedule::expression));
        if (expression.isEmpty()) {
            for (String field : List.of(
                    SyncSchedule.TIMEZONE_FIELD,
                    SyncSchedule.MIRROR_FIELD,
                    SyncSchedule.MIRROR_EMPTY_FIELD,
                    SyncSchedule.SIGNED_ONLY_FIELD)) {
                if (body.has(field)) {
                    throw Problem.field(field, "this goes with a " + SyncSchedule.FIELD);
                }
            }
            return Optional.empty();
        }
        String timezone = body.text(
                SyncSchedule.TIMEZONE_FIELD,
                before.map(schedule -> schedule.timezone().getId()).orElse(SyncSchedule.DEFAULT_TIMEZONE));
        SyncSchedule schedule = SyncSchedule.parse(
                expression.get(),
                timezone,
                now,
                body.bool(
                        SyncSchedule.MIRROR_FIELD,
                        before.filter(SyncSchedule::mirror).isPresent()),
                body.bool(
                        SyncSchedule.MIRROR_EMPTY_FIELD,
                        before.filter(SyncSchedule::mirrorEmpty).isPresent()),
                body.bool(
                        SyncSchedule.SIGNED_ONLY_FIELD,
                        before.filter(SyncSchedule::signedOnly).isPresent()));
        return Optional.of(before.map(schedule::inPlaceOf).orElse(schedule));
    }

    private static void refuse(Values body, String field, String why) {
        if (body.text(field, Optional.empty()).isPresent()
                || body.integer(field, Optional.empty()).isPresent()) {
            throw Problem.field(field, why);
        }
    }
}
