package dev.lading.console.task;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.console.ResourceLinks;
import dev.lading.console.task.TaskPage.Named;
import dev.lading.grant.Rights;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.task.TaskResource;
import dev.lading.metadata.Page;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.operation.build.Builder;
import dev.lading.repository.RepositoryService;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskState;
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
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code /ui/tasks/}: long-running operations. Callers see those that the REST API shows them.
 *
 * <p>A list reads 100 tasks at once, and no more than {@value #MOST_READS} times that for one page, however few of them
 * are to be shown: the next page goes on from there.
 */
@Path(ConsolePath.ROOT + "/tasks")
@Needs(Permission.SESSION)
public class TaskPages {
    private static final int IN_PAGE = 50;
    private static final int READ_AT_ONCE = 100;
    private static final int MOST_READS = 5;

    /** Limit on the resources that a page names. */
    private static final int MOST_NAMED = 20;

    private static final Pattern RESOURCE_NAME = Pattern.compile("prn:[a-z]+\\.(?:container)?([a-z]+):([0-9a-f-]{36})");

    private final Tasks tasks;
    private final TaskResource resource;
    private final RepositoryService repositories;
    private final Builder builder;
    private final ConsolePages pages;

    public TaskPages(
            Tasks tasks, TaskResource resource, RepositoryService repositories, Builder builder, ConsolePages pages) {
        this.tasks = tasks;
        this.resource = resource;
        this.repositories = repositories;
        this.builder = builder;
        this.pages = pages;
    }

    @GET
    @Right(Right.BY_CALLER)
    public Response list(
            @QueryParam("state") @DefaultValue("") String state,
            @QueryParam("name") @DefaultValue("") String name,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @Context RoutingContext request) {
        String part = name.strip().toLowerCase(Locale.ROOT);
        Optional<TaskId> behind = ResourceType.uuid(after).map(TaskId::new);
        Frame page = pages.page(request, Frame.Section.TASKS, "Tasks");
        ListOrder list = ListOrder.of(
                page.ui() + "/tasks/", List.of("-asked", "asked"), order, "state", state, "name", name.strip());
        List<TaskView> found = new ArrayList<>();
        Optional<TaskId> next = behind;
        for (int i = 0; i < MOST_READS && found.size() < IN_PAGE && (i == 0 || next.isPresent()); i++) {
            Page<Task> read = list.isDown() ? tasks.list(next, READ_AT_ONCE) : tasks.oldest(next, READ_AT_ONCE);
            next = read.next().map(TaskId::of);
            for (Task task : read.records()) {
                var view = new TaskView(task);
                if (!TaskResource.isSeen(task, request) || !isWanted(view, state, part)) {
                    continue;
                }
                found.add(view);
                if (found.size() == IN_PAGE) {
                    next = isLast(task, read) ? next : Optional.of(task.id());
                    break;
                }
            }
        }
        return pages.answer(new TaskListPage(
                page,
                list,
                found,
                Stream.of(TaskState.values()).map(TaskState::toString).toList(),
                state,
                name.strip(),
                next.map(TaskId::toString).orElse(""),
                behind.isEmpty()));
    }

    private static boolean isLast(Task task, Page<Task> read) {
        return task.equals(read.records().getLast());
    }

    private static boolean isWanted(TaskView task, String state, String part) {
        return (state.isEmpty() || task.state().equals(state))
                && (task.name().toLowerCase(Locale.ROOT).contains(part)
                        || task.title().toLowerCase(Locale.ROOT).contains(part));
    }

    @GET
    @Path("/{task_href}")
    @Right(Right.BY_CALLER)
    public Response read(@PathParam("task_href") String id, @Context RoutingContext request) throws IOException {
        Task task = resource.get(id, request);
        var view = new TaskView(task);
        Frame page = pages.page(request, Frame.Section.TASKS, view.title());
        Optional<java.nio.file.Path> log = builder.log(task.id());
        Map<String, String> names = names(task, Access.rights(request));
        return pages.answer(new TaskPage(
                page,
                view,
                named(task.createdResources().stream(), names),
                named(task.request().resources().stream(), names),
                log.isPresent() ? LogTail.of(log.get()) : Optional.empty(),
                delay(task, page.now())));
    }

    /** Names of the repositories that a task is about, by id; of those only that its caller still sees. */
    private Map<String, String> names(Task task, Rights rights) {
        List<RepositoryId> ids = Stream.concat(task.createdResources().stream(), task.request().resources().stream())
                .flatMap(reference -> repository(reference).stream())
                .distinct()
                .limit(MOST_NAMED)
                .toList();
        return repositories.findAll(ids).stream()
                .filter(rights::sees)
                .collect(Collectors.toMap(
                        each -> each.id().toString(), each -> each.settings().name()));
    }

    private static Optional<RepositoryId> repository(String reference) {
        return ResourceType.REPOSITORY
                .id(plain(reference))
                .map(RepositoryId::new)
                .or(() -> VersionHref.parse(reference).map(VersionHref::repository));
    }

    private static String plain(String reference) {
        return reference.startsWith(Reservation.SHARED) ? reference.substring(Reservation.SHARED.length()) : reference;
    }

    private static List<Named> named(Stream<String> references, Map<String, String> names) {
        return references
                .limit(MOST_NAMED)
                .map(reference -> new Named(
                        repository(reference)
                                .map(id -> text(reference, id, names))
                                .orElseGet(() -> words(plain(reference))),
                        ResourceLinks.page(reference).orElse("")))
                .toList();
    }

    /** A resource by its type and id, where its name is not known. */
    private static String words(String reference) {
        Matcher name = RESOURCE_NAME.matcher(reference);
        return name.matches() ? name.group(1) + " " + name.group(2) : reference;
    }

    private static String text(String reference, RepositoryId id, Map<String, String> names) {
        String name = names.getOrDefault(id.toString(), id.toString());
        return VersionHref.parse(reference)
                .map(version -> "version " + version.number() + " of " + name)
                .orElse("repository " + name);
    }

    /** Seconds between two questions: few at first, more of what goes on for long. */
    private static int delay(Task task, Instant now) {
        long age = Duration.between(task.created(), now).toSeconds();
        if (age < 10) {
            return 1;
        }
        if (age < 60) {
            return 2;
        }
        return age < 300 ? 5 : 15;
    }

    @POST
    @Path("/{task_href}/cancel")
    @Right(Right.BY_CALLER)
    public Response cancel(@PathParam("task_href") String id, @Context RoutingContext request) {
        TaskId task = resource.get(id, request).id();
        tasks.cancel(task);
        return pages.seeOther("/tasks/" + task + "/");
    }
}
