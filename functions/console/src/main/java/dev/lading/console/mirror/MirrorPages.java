package dev.lading.console.mirror;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Problem;
import dev.lading.management.repository.SyncResource;
import dev.lading.management.resource.ResourceModel;
import dev.lading.metadata.NameRange;
import dev.lading.metadata.Page;
import dev.lading.operation.ResourceType;
import dev.lading.operation.ScheduledSyncs;
import dev.lading.repository.RepositoryService;
import dev.lading.sync.SyncTask;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.Tasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /ui/mirrors/}: repositories that are synced from an upstream.
 *
 * <p>Nothing lists repositories with a remote, so a page looks at 100 repositories by two reads, up to
 * {@value #MOST_READS} times until it has a page's worth, and needs three more reads to tell of those. The runs of one
 * are found among 100 tasks by one read, up to {@value #MOST_READS} times.
 */
@Path(ConsolePath.ROOT + "/mirrors")
@Needs(Permission.SESSION)
public class MirrorPages {
    private static final String HREF = "container_container_repository_href";
    private static final int IN_PAGE = 50;
    private static final int READ_AT_ONCE = 100;
    private static final int MOST_READS = 10;

    private static final Map<String, String> DONE = Map.of(
            "made", "The mirror is there. It is synced when it is due, or now.",
            "schedule", "The schedule is saved.",
            "remote", "The remote is saved. The next sync uses it.");

    private final RepositoryService repositories;
    private final VisibleObjects visible;
    private final MirrorViews views;
    private final ScheduledSyncs syncs;
    private final SyncResource resource;
    private final Tasks tasks;
    private final ConsolePages pages;

    public MirrorPages(
            RepositoryService repositories,
            VisibleObjects visible,
            MirrorViews views,
            ScheduledSyncs syncs,
            SyncResource resource,
            Tasks tasks,
            ConsolePages pages) {
        this.repositories = repositories;
        this.visible = visible;
        this.views = views;
        this.syncs = syncs;
        this.resource = resource;
        this.tasks = tasks;
        this.pages = pages;
    }

    @GET
    @Right(Right.BY_CALLER)
    public Response list(
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        Frame page = pages.page(request, Frame.Section.MIRRORS, "Mirrors");
        ListOrder list = ListOrder.of(page.ui() + "/mirrors/", ListOrder.BY_NAME, order, "prefix", prefix.strip());
        NameRange asked = list.names(prefix.strip(), after, READ_AT_ONCE);
        // Of whoever sees some repositories only, each look costs as much as all: two reads for each hundred they see.
        int looks = rights.onEverything("view_containerrepository") ? MOST_READS : 1;
        List<Repository> found = new ArrayList<>();
        Optional<String> next = asked.after();
        for (int i = 0; i < looks && found.size() < IN_PAGE && (i == 0 || next.isPresent()); i++) {
            Page<Repository> read = visible.viewed(rights, asked.after(next));
            next = read.next();
            for (Repository repository : read.records()) {
                if (repository.settings().remote().isEmpty() || !rights.on(repository, "view_containerrepository")) {
                    continue;
                }
                found.add(repository);
                if (found.size() == IN_PAGE) {
                    boolean isLast = repository.equals(read.records().getLast());
                    next = isLast ? next : Optional.of(repository.settings().name());
                    break;
                }
            }
        }
        return pages.answer(new MirrorListPage(
                page, list, views.of(found, request), prefix.strip(), next.orElse(""), after.isEmpty()));
    }

    @GET
    @Path("/{" + HREF + "}")
    @Right("view_containerrepository")
    public Response read(
            @PathParam(HREF) String id,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        Repository repository = get(id);
        Rights rights = Access.rights(request);
        Frame page =
                pages.page(request, Frame.Section.MIRRORS, repository.settings().name());
        boolean skipped = syncs.last(repository)
                .filter(last -> last.state().equals(Optional.of("skipped")))
                .isPresent();
        return pages.answer(new MirrorPage(
                page,
                views.of(List.of(repository), request).getFirst(),
                repository
                        .settings()
                        .schedule()
                        .map(schedule -> Due.of(schedule, page.now()))
                        .orElse(Due.NEVER),
                skipped,
                new MirrorPage.May(
                        rights.on(repository, "sync_containerrepository"),
                        rights.on(repository, "change_containerrepository"),
                        repository
                                .settings()
                                .remote()
                                .filter(remote -> rights.on(remote, "change_containerremote"))
                                .isPresent()),
                DONE.getOrDefault(done, "")));
    }

    /** A repository that has a remote. */
    private Repository get(String id) {
        return repositories
                .find(new RepositoryId(ResourceModel.pathId(id)))
                .filter(repository -> repository.settings().remote().isPresent())
                .orElseThrow(Problem::notFound);
    }

    @GET
    @Path("/{" + HREF + "}/runs")
    @Right("view_containerrepository")
    public Response runs(
            @PathParam(HREF) String id,
            @QueryParam("after") @DefaultValue("") String after,
            @Context RoutingContext request) {
        Repository repository = get(id);
        String name = ResourceType.REPOSITORY.prn(repository.id().value());
        List<Outcome> runs = new ArrayList<>();
        Optional<TaskId> next = ResourceType.uuid(after).map(TaskId::new);
        int looked = 0;
        for (int i = 0; i < MOST_READS && runs.size() < IN_PAGE && (i == 0 || next.isPresent()); i++) {
            Page<Task> read = tasks.list(next, READ_AT_ONCE);
            next = read.next().map(TaskId::of);
            looked += read.records().size();
            read.records().stream()
                    .filter(task -> task.request().name().equals(SyncTask.NAME)
                            && task.request().resources().contains(name))
                    .flatMap(task -> Outcome.of(task, request).stream())
                    .forEach(runs::add);
        }
        Frame page = pages.page(
                request,
                Frame.Section.MIRRORS,
                "Syncs of " + repository.settings().name());
        return pages.answer(
                new RunsPage(page, repository, runs, next.map(TaskId::toString).orElse(""), looked));
    }

    @POST
    @Path("/{" + HREF + "}/sync")
    @Right("sync_containerrepository")
    public Response sync(@PathParam(HREF) String id, @Context RoutingContext request) {
        FormBody body = new FormBody(request).boxes("mirror", "mirror_empty", "signed_only");
        Task task = resource.sync(get(id), SyncResource.SYNC.read(body.json(), false), request);
        return pages.seeOther("/tasks/" + task.id() + "/");
    }
}
