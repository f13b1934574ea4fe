package dev.lading.operation;

import dev.lading.account.PrincipalId;
import dev.lading.commit.Progress;
import dev.lading.curation.CurationService;
import dev.lading.declared.Declaration;
import dev.lading.declared.DeclaredImages;
import dev.lading.grant.Rights;
import dev.lading.grant.RightsService;
import dev.lading.history.VersionNote;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.Tag;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskRun;
import dev.lading.task.Tasks;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tasks that make or delete versions of repositories. Each is repeatable: content that is there already makes no
 * version. Names are Pulp's where Pulp has such a task.
 */
@Singleton
public class RepositoryTasks implements TaskProvider {
    public static final String TAG = "pulp_container.app.tasks.tag.tag_image";
    public static final String UNTAG = "pulp_container.app.tasks.untag.untag_image";
    public static final String ADD = "pulp_container.app.tasks.recursive_add.recursive_add_content";
    public static final String REMOVE = "pulp_container.app.tasks.recursive_remove.recursive_remove_content";
    public static final String COPY_TAGS = "lading.copy_tags";
    public static final String COPY_MANIFESTS = "lading.copy_manifests";
    public static final String RESTORE = "lading.restore";
    public static final String PROMOTE = "lading.promote";
    public static final String DECLARE = "lading.declare_image";
    public static final String DELETE_VERSION = "pulpcore.app.tasks.repository.delete_version";

    private final RepositoryService repositories;
    private final VersionService versions;
    private final CurationService curation;
    private final DeclaredImages images;
    private final Tasks tasks;
    private final RightsService rights;

    public RepositoryTasks(
            RepositoryService repositories,
            VersionService versions,
            CurationService curation,
            DeclaredImages images,
            Tasks tasks,
            RightsService rights) {
        this.repositories = repositories;
        this.versions = versions;
        this.curation = curation;
        this.images = images;
        this.tasks = tasks;
        this.rights = rights;
    }

    /** Arguments that name the repository to change. */
    public interface OnRepository {
        RepositoryId repository();
    }

    public record Tagging(RepositoryId repository, Tag tag, Digest digest) implements OnRepository {}

    public record Untagging(RepositoryId repository, Tag tag) implements OnRepository {}

    /** @param all instead of units */
    public record Units(RepositoryId repository, List<ContentUnit> units, boolean all) implements OnRepository {}

    /** @param names empty: all */
    public record TagCopy(RepositoryId repository, RepositoryId source, long version, Optional<Set<Tag>> names)
            implements OnRepository {}

    /**
     * @param digests empty: all
     * @param mediaTypes empty: all
     */
    public record ManifestCopy(
            RepositoryId repository,
            RepositoryId source,
            long version,
            Optional<Set<Digest>> digests,
            Optional<Set<MediaType>> mediaTypes)
            implements OnRepository {}

    public record Version(RepositoryId repository, long version) implements OnRepository {}

    /** @param shown the newest version when somebody was shown what changes; empty: nobody was */
    public record Restoration(RepositoryId repository, long version, Optional<VersionNote> note, OptionalLong shown)
            implements OnRepository {}

    /** @param shown the repository's newest version when somebody was shown what changes; empty: nobody was */
    public record Promotion(
            RepositoryId repository, RepositoryId source, long version, Optional<VersionNote> note, OptionalLong shown)
            implements OnRepository {}

    public record Declaring(RepositoryId repository, Declaration image) implements OnRepository {}

    @Override
    public List<TaskHandler> handlers() {
        return List.of(
                making(TAG, Tagging.class, (a, run) -> curation.tag(a.repository(), a.tag(), a.digest())),
                making(UNTAG, Untagging.class, (a, run) -> untag(a)),
                making(
                        ADD,
                        Units.class,
                        (a, run) -> curation.add(a.repository(), a.units(), visible(run), progress(run))),
                making(REMOVE, Units.class, (a, run) -> remove(a, progress(run))),
                making(
                        COPY_TAGS,
                        TagCopy.class,
                        (a, run) ->
                                curation.copyTags(a.source(), a.version(), a.names(), a.repository(), progress(run))),
                making(
                        COPY_MANIFESTS,
                        ManifestCopy.class,
                        (a, run) -> curation.copyManifests(
                                a.source(), a.version(), a.digests(), a.mediaTypes(), a.repository(), progress(run))),
                making(
                        RESTORE,
                        Restoration.class,
                        (a, run) -> curation.restore(a.repository(), a.version(), a.note(), a.shown(), progress(run))),
                making(
                        PROMOTE,
                        Promotion.class,
                        (a, run) -> curation.promote(
                                a.source(), a.version(), a.repository(), a.note(), a.shown(), progress(run))),
                making(DECLARE, Declaring.class, (a, run) -> declare(a.image(), progress(run))),
                new JsonTask<>(DELETE_VERSION, true, Version.class, this::deleteVersion));
    }

    /** Makes a version, or returns the newest if it has the outcome already. */
    @FunctionalInterface
    private interface Making<A> {
        long version(A arguments, TaskRun run);
    }

    private <A extends Record & OnRepository> TaskHandler making(String name, Class<A> arguments, Making<A> making) {
        return new JsonTask<>(name, true, arguments, (a, run) -> {
            long before = repositories.get(a.repository()).last();
            long made = making.version(a, run);
            return made > before ? Outcome.created(new VersionHref(a.repository(), made).toString()) : Outcome.NOTHING;
        });
    }

    /** Reports a large change of a repository's content. */
    public static Progress progress(TaskRun run) {
        return (done, total) -> run.report(
                "changes",
                "Content changed",
                done,
                total.isPresent() ? Optional.of(total.getAsLong()) : Optional.empty());
    }

    /** Repositories that whoever asked for the task may see. */
    private Predicate<RepositoryId> visible(TaskRun run) {
        Optional<PrincipalId> caller = tasks.caller(run.task());
        if (caller.isEmpty()) {
            return id -> true;
        }
        Optional<Rights> held = rights.of(caller.get());
        return id ->
                held.flatMap(each -> repositories.find(id).filter(each::sees)).isPresent();
    }

    private long untag(Untagging untagging) {
        var newest = versions.newest(untagging.repository());
        boolean isThere = newest.tag(untagging.tag()).isPresent();
        // It was there when the task was requested; others, or an interrupted run, may have removed it since.
        return isThere ? curation.untag(untagging.repository(), untagging.tag()) : newest.version();
    }

    private long remove(Units removal, Progress progress) {
        return removal.all()
                ? curation.clear(removal.repository(), progress)
                : curation.remove(removal.repository(), removal.units(), progress);
    }

    private long declare(Declaration image, Progress progress) {
        try {
            return images.make(image, progress);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the declared image", e);
        }
    }

    private Outcome deleteVersion(Version version, TaskRun run) {
        try {
            versions.delete(version.repository(), version.version());
        } catch (EntityUnknown e) {
            // Gone already, as requested.
            return Outcome.NOTHING;
        }
        return Outcome.NOTHING;
    }
}
