package dev.lading.console.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.AccountService;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.history.Repository;
import dev.lading.history.VersionNote;
import dev.lading.management.access.Right;
import dev.lading.management.api.Problem;
import dev.lading.management.repository.VersionResource;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.overview.TagDifferences;
import dev.lading.overview.TagDifferences.Compared;
import dev.lading.overview.TagDifferences.Side;
import dev.lading.overview.TagSummaries;
import dev.lading.overview.Timeline;
import dev.lading.overview.Timeline.Entry;
import dev.lading.repository.VersionService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code …/versions/}: the timeline of a repository, and each of its versions. At most eight reads a page. */
@Path(ConsolePath.ROOT + "/repositories/" + RepositoryHeads.ONE + "/versions")
@Needs(Permission.SESSION)
public class TimelinePages {
    private static final int IN_PAGE = 25;
    private static final int CHANGES = 200;
    private static final int BAD_REQUEST = 400;

    /** What may be said to have been done, by the code in the query. */
    private static final Map<String, String> DONE = Map.of("note", "The note is kept with the version.");

    private static final Compared NOTHING = new Compared(List.of(), Optional.empty());

    private final RepositoryHeads heads;
    private final Timeline timeline;
    private final AccountService accounts;
    private final TagDifferences differences;
    private final TagSummaries summaries;
    private final TagLists tags;
    private final VersionService versions;
    private final VersionResource resource;
    private final ConsolePages pages;

    public TimelinePages(
            RepositoryHeads heads,
            Timeline timeline,
            AccountService accounts,
            TagDifferences differences,
            TagSummaries summaries,
            TagLists tags,
            VersionService versions,
            VersionResource resource,
            ConsolePages pages) {
        this.heads = heads;
        this.timeline = timeline;
        this.accounts = accounts;
        this.differences = differences;
        this.summaries = summaries;
        this.tags = tags;
        this.versions = versions;
        this.resource = resource;
        this.pages = pages;
    }

    @GET
    @Right("view_containerrepository")
    public Response list(
            @PathParam(RepositoryHeads.HREF) String id,
            @QueryParam("from") @DefaultValue("") String from,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @Context RoutingContext request) {
        RepositoryHead head = heads.head(heads.viewed(id, request), request);
        Frame page = pages.page(request, Frame.Section.REPOSITORIES, "Timeline of " + head.name());
        ListOrder list = ListOrder.of(page.ui() + head.path() + "versions/", ListOrder.BY_TIME, order);
        var listed = list.isDown()
                ? timeline.list(head.repository(), from.isEmpty() ? Long.MAX_VALUE : number(from), IN_PAGE)
                : timeline.oldest(head.repository(), after.isEmpty() ? -1 : number(after), IN_PAGE);
        return pages.answer(new TimelinePage(
                page,
                list,
                head,
                VersionLine.of(accounts, head.repository(), listed.versions()),
                listed.next().isPresent() ? Long.toString(listed.next().getAsLong()) : "",
                (list.isDown() ? from : after).isEmpty(),
                ""));
    }

    static long number(String text) {
        if (!text.matches("[0-9]{1,10}")) {
            throw Problem.notFound();
        }
        return Long.parseLong(text);
    }

    @GET
    @Path("/{number}")
    @Right("view_containerrepository")
    public Response read(
            @PathParam(RepositoryHeads.HREF) String id,
            @PathParam("number") String number,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(page(id, number, "", "", DONE.getOrDefault(done, ""), request));
    }

    private VersionPage page(
            String id, String number, String note, String problem, String done, RoutingContext request) {
        RepositoryHead head = heads.head(heads.viewed(id, request), request);
        Repository repository = head.repository();
        List<Entry> found = timeline.list(repository, number(number), 2).versions();
        if (found.isEmpty() || found.getFirst().version().version() != number(number)) {
            throw Problem.notFound();
        }
        Compared changes = found.size() < 2
                ? NOTHING
                : differences.compare(
                        new Side(repository, found.getLast().version()),
                        new Side(repository, found.getFirst().version()),
                        "",
                        CHANGES);
        Frame page = pages.page(request, Frame.Section.REPOSITORIES, "Version " + number + " of " + head.name());
        return new VersionPage(
                page,
                head,
                VersionLine.of(accounts, repository, found.subList(0, 1)).getFirst(),
                found.size() < 2 ? "" : Long.toString(found.getLast().version().version()),
                changes,
                note,
                problem,
                done,
                head.deletes() && repository.kept() > 1);
    }

    @GET
    @Path("/{number}/tags")
    @Right("view_containerrepository")
    public Response tags(
            @PathParam(RepositoryHeads.HREF) String id,
            @PathParam("number") String number,
            @BeanParam TagLists.Asked asked,
            @Context RoutingContext request) {
        RepositoryHead head = heads.head(heads.viewed(id, request), request);
        Repository repository = head.repository();
        long version = timeline.list(repository, number(number), 1).versions().stream()
                .map(entry -> entry.version().version())
                .filter(found -> found == number(number))
                .findFirst()
                .orElseThrow(Problem::notFound);
        Frame page =
                pages.page(request, Frame.Section.REPOSITORIES, "Tags of version " + version + " of " + head.name());
        String path = head.path() + "versions/" + version + "/tags/";
        return pages.answer(
                tags.page(page, head, summaries.view(repository.id(), version), path, Long.toString(version), asked));
    }

    @POST
    @Path("/{number}/note")
    @Right("modify_content_containerrepository")
    public Response note(
            @PathParam(RepositoryHeads.HREF) String id,
            @PathParam("number") String number,
            @Context RoutingContext request) {
        Repository repository = heads.viewed(id, request);
        String text = ConsoleForm.text(request, "note");
        try {
            versions.note(repository.id(), number(number), new VersionNote(text));
        } catch (FieldInvalid | EntityInUse e) {
            return pages.answer(BAD_REQUEST, page(id, number, text, e.getMessage(), "", request));
        }
        return pages.seeOther("/repositories/" + repository.id() + "/versions/" + number(number) + "/?done=note");
    }

    @POST
    @Path("/{number}/delete")
    @Right("delete_containerrepository_versions")
    public Response delete(
            @PathParam(RepositoryHeads.HREF) String id,
            @PathParam("number") String number,
            @Context RoutingContext request) {
        Repository repository = heads.viewed(id, request);
        var task = resource.deletion(versions.get(repository.id(), number(number)), request);
        return pages.seeOther("/repositories/" + repository.id() + "/changes/" + task.id() + "/");
    }
}
