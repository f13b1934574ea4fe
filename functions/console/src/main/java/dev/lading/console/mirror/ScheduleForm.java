package dev.lading.console.mirror;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.Shell;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Right;
import dev.lading.management.api.Json;
import dev.lading.management.api.Problem;
import dev.lading.management.repository.RepositoryLists;
import dev.lading.management.repository.RepositoryResource;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import dev.lading.repository.RepositoryService;
import dev.lading.schedule.SyncSchedule;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code schedule} of a mirror: when it is synced by itself. A query shows what another would mean, a form saves it. */
@Path(ConsolePath.ROOT + "/mirrors/{" + ScheduleForm.HREF + "}/schedule")
@Needs(Permission.SESSION)
public class ScheduleForm {
    static final String HREF = "container_container_repository_href";
    private static final int BAD_REQUEST = 400;

    private final RepositoryService repositories;
    private final RepositoryResource resource;
    private final RepositoryLists lists;
    private final ConsolePages pages;

    public ScheduleForm(
            RepositoryService repositories, RepositoryResource resource, RepositoryLists lists, ConsolePages pages) {
        this.repositories = repositories;
        this.resource = resource;
        this.lists = lists;
        this.pages = pages;
    }

    private Repository get(String id) {
        return repositories
                .find(new RepositoryId(ResourceModel.pathId(id)))
                .filter(repository -> repository.settings().remote().isPresent())
                .orElseThrow(Problem::notFound);
    }

    @GET
    @Right("change_containerrepository")
    public Response show(
            @PathParam(HREF) String id,
            @QueryParam(SyncSchedule.FIELD) @Nullable String expression,
            @QueryParam(SyncSchedule.TIMEZONE_FIELD) @Nullable String timezone,
            @QueryParam(SyncSchedule.MIRROR_FIELD) @Nullable String mirror,
            @QueryParam(SyncSchedule.MIRROR_EMPTY_FIELD) @Nullable String mirrorEmpty,
            @QueryParam(SyncSchedule.SIGNED_ONLY_FIELD) @Nullable String signedOnly,
            @Context RoutingContext request) {
        Repository repository = get(id);
        Map<String, String> values = new HashMap<>();
        if (expression == null) {
            repository.settings().schedule().ifPresent(schedule -> values.putAll(values(schedule)));
        } else {
            values.put(SyncSchedule.FIELD, expression.strip());
            putIfGiven(values, SyncSchedule.TIMEZONE_FIELD, timezone);
            putIfGiven(values, SyncSchedule.MIRROR_FIELD, mirror);
            putIfGiven(values, SyncSchedule.MIRROR_EMPTY_FIELD, mirrorEmpty);
            putIfGiven(values, SyncSchedule.SIGNED_ONLY_FIELD, signedOnly);
        }
        values.putIfAbsent(SyncSchedule.TIMEZONE_FIELD, SyncSchedule.DEFAULT_TIMEZONE);
        return pages.answer(preview(request, repository, FormInput.of(values)));
    }

    /** What a schedule would mean, or why it is none: nothing was asked for that could fail. */
    private SchedulePage preview(RoutingContext request, Repository repository, FormInput input) {
        try {
            Due due = due(input, repository.settings().schedule(), pages.now());
            return page(request, repository, input, due);
        } catch (RuntimeException e) {
            return page(request, repository, input.refused(e), Due.NEVER);
        }
    }

    private static void putIfGiven(Map<String, String> values, String field, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            values.put(field, value.strip());
        }
    }

    private static Map<String, String> values(SyncSchedule schedule) {
        Map<String, String> values = new HashMap<>();
        values.put(SyncSchedule.FIELD, schedule.expression());
        values.put(SyncSchedule.TIMEZONE_FIELD, schedule.timezone().getId());
        if (schedule.mirror()) {
            values.put(SyncSchedule.MIRROR_FIELD, "true");
        }
        if (schedule.mirrorEmpty()) {
            values.put(SyncSchedule.MIRROR_EMPTY_FIELD, "true");
        }
        if (schedule.signedOnly()) {
            values.put(SyncSchedule.SIGNED_ONLY_FIELD, "true");
        }
        return values;
    }

    /** When a form's schedule is due, counted from the start that it would keep. */
    static Due due(FormInput input, Optional<SyncSchedule> before, Instant now) {
        String expression = input.value(SyncSchedule.FIELD);
        if (expression.isBlank()) {
            return Due.NEVER;
        }
        String timezone = input.value(SyncSchedule.TIMEZONE_FIELD);
        SyncSchedule wanted = SyncSchedule.parse(
                expression,
                timezone.isBlank() ? SyncSchedule.DEFAULT_TIMEZONE : timezone.strip(),
                now,
                false,
                false,
                false);
        return Due.of(before.map(wanted::inPlaceOf).orElse(wanted), now);
    }

    private SchedulePage page(RoutingContext request, Repository repository, FormInput input, Due due) {
        Frame page = pages.page(request, Frame.Section.MIRRORS, "Schedule");
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(SyncSchedule.FIELD, input.value(SyncSchedule.FIELD));
        body.put(SyncSchedule.TIMEZONE_FIELD, input.value(SyncSchedule.TIMEZONE_FIELD));
        body.put(SyncSchedule.MIRROR_FIELD, input.has(SyncSchedule.MIRROR_FIELD));
        String command = "curl -u NAME -X PATCH -H Content-Type:application/json -d " + Shell.shell(Json.write(body))
                + " " + page.root()
                + ResourceType.REPOSITORY.href(repository.id().value());
        return new SchedulePage(page, repository, input, due, command);
    }

    @POST
    @Right("change_containerrepository")
    public Response save(@PathParam(HREF) String id, @Context RoutingContext request) {
        Repository repository = get(id);
        if (ConsoleForm.text(request, "step").equals("preview")) {
            return pages.answer(preview(request, repository, FormInput.sent(request)));
        }
        FormBody body = new FormBody(request);
        if (ConsoleForm.text(request, SyncSchedule.FIELD).isEmpty()) {
            body.without(SyncSchedule.FIELD);
        } else {
            body.texts(SyncSchedule.FIELD)
                    .filled(SyncSchedule.TIMEZONE_FIELD)
                    .boxes(SyncSchedule.MIRROR_FIELD, SyncSchedule.MIRROR_EMPTY_FIELD, SyncSchedule.SIGNED_ONLY_FIELD);
        }
        try {
            var _ = resource.change(repository, lists.repositories.model().read(body.json(), true), request);
            return pages.seeOther("/mirrors/" + repository.id() + "/?done=schedule");
        } catch (RuntimeException e) {
            FormInput refused = FormInput.sent(request).refused(e);
            return pages.answer(BAD_REQUEST, page(request, repository, refused, Due.NEVER));
        }
    }
}
