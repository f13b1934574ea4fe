package dev.lading.console.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.Repository;
import dev.lading.history.VersionNote;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Problem;
import dev.lading.management.repository.ActionResource;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.overview.TagDifferences;
import dev.lading.overview.TagDifferences.Side;
import dev.lading.overview.Timeline;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Promotions and roll backs: each shows what it would change, does it by the task that the REST API starts, and then
 * offers to undo it.
 */
@Path(ConsolePath.ROOT + "/repositories/" + RepositoryHeads.ONE)
@Needs(Permission.SESSION)
public class ChangePages {
    private static final int TARGETS = 50;
    private static final int CHANGES = 200;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final RepositoryHeads heads;
    private final VisibleObjects visible;
    private final TagDifferences differences;
    private final Timeline timeline;
    private final ActionResource actions;
    private final Tasks tasks;
    private final ConsolePages pages;

    public ChangePages(
            RepositoryHeads heads,
            VisibleObjects visible,
            TagDifferences differences,
            Timeline timeline,
            ActionResource actions,
            Tasks tasks,
            ConsolePages pages) {
        this.heads = heads;
        this.visible = visible;
        this.differences = differences;
        this.timeline = timeline;
        this.actions = actions;
        this.tasks = tasks;
        this.pages = pages;
    }

    /** Repositories that a version can be promoted to; a page costs the names that it looks at. */
    @GET
    @Path("/promote-to")
    @Right("view_containerrepository")
    public Response targets(
            @PathParam(RepositoryHeads.HREF) String id,
            @QueryParam("version") @DefaultValue("") String version,
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        RepositoryHead head = heads.head(heads.viewed(id, request), request);
        long number = version.isEmpty() ? head.repository().version() : TimelinePages.number(version);
        Frame page = pages.page(request, Frame.Section.REPOSITORIES, "Promote " + head.name());
        ListOrder list = ListOrder.of(
                page.ui() + head.path() + "promote-to",
                ListOrder.BY_NAME,
                order,
                "version",
                Long.toString(number),
                "prefix",
                prefix.strip());
        var found = visible.repositories(rights, list.names(prefix.strip(), after, TARGETS));
        List<Repository> targets = found.records().stream()
                .filter(each -> !each.id().equals(head.repository().id()))
                .filter(each -> rights.on(each, "modify_content_containerrepository"))
                .toList();
        return pages.answer(new PromoteToPage(
                page, list, head, number, targets, prefix.strip(), found.next().orElse(""), after.isEmpty()));
    }

    @GET
    @Path("/promote")
    @Right("modify_content_containerrepository")
    public Response promotion(
            @PathParam(RepositoryHeads.HREF) String id,
            @QueryParam("source") @DefaultValue("") String source,
            @QueryParam("version") @DefaultValue("") String version,
            @QueryParam("after") @DefaultValue("") String after,
            @Context RoutingContext request) {
        return preview(OK, id, source, version, after, "", "", request);
    }

    @GET
    @Path("/restore")
    @Right("modify_content_containerrepository")
    public Response restoration(
            @PathParam(RepositoryHeads.HREF) String id,
            @QueryParam("version") @DefaultValue("") String version,
            @QueryParam("after") @DefaultValue("") String after,
            @Context RoutingContext request) {
        return preview(OK, id, id, version, after, "", "", request);
    }

    private Response preview(
            int status,
            String id,
            String source,
            String version,
            String after,
            String note,
            String problem,
            RoutingContext request) {
        Repository target = heads.viewed(id, request);
        RepositoryHead head = heads.head(target, request);
        Repository from = source.equals(id) ? target : heads.viewed(source, request);
        List<Side> sides = sides(target, from, version);
        String title = (source.equals(id) ? "Roll back " : "Promote to ") + head.name();
        return pages.answer(
                status,
                new PreviewPage(
                        pages.page(request, Frame.Section.REPOSITORIES, title),
                        head,
                        new PreviewPage.Plan(
                                head,
                                sides.getLast(),
                                sides.getFirst(),
                                differences.compare(sides.getFirst(), sides.getLast(), after, CHANGES)),
                        note,
                        problem,
                        after.isEmpty()));
    }

    /** The newest version of the repository that is changed, and the one whose content it is to hold. */
    private List<Side> sides(Repository target, Repository from, String version) {
        try {
            return differences.sides(target, target.version(), from, TimelinePages.number(version));
        } catch (EntityUnknown e) {
            throw Problem.notFound();
        }
    }

    @POST
    @Path("/promote")
    @Right("modify_content_containerrepository")
    public Response promote(@PathParam(RepositoryHeads.HREF) String id, @Context RoutingContext request) {
        String source = ConsoleForm.text(request, "source");
        return change(id, source, request, (target, note) -> {
            Repository from = heads.viewed(source, request);
            long number = TimelinePages.number(ConsoleForm.text(request, "version"));
            var named = new VersionHref(
                    from.id(),
                    sides(target, from, Long.toString(number)).getLast().number());
            return actions.promote(target.id(), named, note, OptionalLong.of(target.version()), request);
        });
    }

    @POST
    @Path("/restore")
    @Right("modify_content_containerrepository")
    public Response restore(@PathParam(RepositoryHeads.HREF) String id, @Context RoutingContext request) {
        return change(id, id, request, (target, note) -> {
            long number = TimelinePages.number(ConsoleForm.text(request, "version"));
            return actions.restore(target, number, note, OptionalLong.of(target.version()), request);
        });
    }

    @FunctionalInterface
    private interface Start {
        Task task(Repository target, Optional<VersionNote> note);
    }

    /** Does what was shown, unless the repository has changed since: then it shows that. The task looks again. */
    private Response change(String id, String source, RoutingContext request, Start start) {
        Repository target = heads.viewed(id, request);
        String text = ConsoleForm.text(request, "note");
        String problem;
        try {
            Optional<VersionNote> note = text.isEmpty() ? Optional.empty() : Optional.of(new VersionNote(text));
            if (ConsoleForm.text(request, "shown").equals(Long.toString(target.version()))) {
                Task task = start.task(target, note);
                return pages.seeOther("/repositories/" + target.id() + "/changes/" + task.id() + "/");
            }
            problem = "The repository's newest version is another by now. This is what would change from that one.";
        } catch (FieldInvalid e) {
            problem = e.getMessage();
        }
        String version = ConsoleForm.text(request, "version");
        return preview(BAD_REQUEST, id, source, version, "", text, problem, request);
    }

    /** How a change goes on; whoever sees the repository's versions sees this much of the task that makes one. */
    @GET
    @Path("/changes/{task}")
    @Right("view_containerrepository")
    public Response changed(
            @PathParam(RepositoryHeads.HREF) String id,
            @PathParam("task") String taskId,
            @Context RoutingContext request) {
        Optional<Task> found = ResourceType.uuid(taskId).flatMap(uuid -> tasks.find(new TaskId(uuid)));
        // Read after the task, so that the version that a completed one made is there.
        Repository repository = heads.viewed(id, request);
        String group = ResourceType.REPOSITORY.prn(repository.id().value());
        Task task = found.filter(each -> each.request().group().equals(group)).orElseThrow(Problem::notFound);
        Optional<VersionHref> made = task.createdResources().stream()
                .flatMap(href -> VersionHref.parse(href).stream())
                .findFirst();
        Optional<Long> before = made.map(version ->
                        timeline.list(repository, version.number(), 2).versions())
                .filter(both -> both.size() == 2)
                .map(both -> both.getLast().version().version());
        Frame page = pages.page(
                request,
                Frame.Section.REPOSITORIES,
                "Change of " + repository.settings().name());
        return pages.answer(ChangedPage.of(
                page,
                heads.head(repository, request),
                task,
                made.map(version -> Long.toString(version.number())).orElse(""),
                before.map(Object::toString).orElse("")));
    }
}
