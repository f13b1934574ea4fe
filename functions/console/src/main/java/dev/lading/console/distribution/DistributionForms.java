package dev.lading.console.distribution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.NewNames;
import dev.lading.grant.Rights;
import dev.lading.history.Repository;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Problem;
import dev.lading.management.distribution.DistributionModel;
import dev.lading.management.distribution.DistributionResource;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.task.TaskDispatch;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.repository.RepositoryService;
import dev.lading.task.Task;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Forms that make, change and delete distributions, by what the REST API does. */
@Path(ConsolePath.ROOT + "/distributions")
@Needs(Permission.SESSION)
public class DistributionForms {
    private static final String HREF = "container_container_distribution_href";
    private static final String ONE = "/{" + HREF + "}";
    private static final String REPOSITORY = "repository";
    private static final String VERSION = "repository_version";
    private static final String BASE_PATH = "base_path";
    private static final String VIEW = "view_containerrepository";
    private static final String PRIVATE = "private";
    private static final int BAD_REQUEST = 400;

    private final DistributionService distributions;
    private final DistributionResource resource;
    private final RepositoryService repositories;
    private final TaskDispatch dispatch;
    private final NewNames newNames;
    private final ConsolePages pages;

    public DistributionForms(
            DistributionService distributions,
            DistributionResource resource,
            RepositoryService repositories,
            TaskDispatch dispatch,
            NewNames newNames,
            ConsolePages pages) {
        this.distributions = distributions;
        this.resource = resource;
        this.repositories = repositories;
        this.dispatch = dispatch;
        this.newNames = newNames;
        this.pages = pages;
    }

    @GET
    @Path("/new")
    @Right(Right.BY_CALLER)
    public Response create(
            @QueryParam(REPOSITORY) @DefaultValue("") String repository, @Context RoutingContext request) {
        Map<String, String> values = new HashMap<>(Map.of(REPOSITORY, repository));
        if (newNames.restricted()) {
            values.put(PRIVATE, "true");
        }
        return pages.answer(form(request, "", FormInput.of(values), ""));
    }

    private DistributionFormPage form(RoutingContext request, String id, FormInput input, String fixed) {
        String title = id.isEmpty() ? "New distribution" : "Change a distribution";
        return new DistributionFormPage(pages.page(request, Frame.Section.DISTRIBUTIONS, title), id, input, fixed);
    }

    @POST
    @Path("/new")
    @Right(Right.BY_CALLER)
    public Response created(@Context RoutingContext request) {
        try {
            FormBody body = body(request);
            // A name of its own serves nobody who begins; the base path is unique, too.
            if (ConsoleForm.text(request, "name").isEmpty()) {
                body.with("name", ConsoleForm.text(request, BASE_PATH));
            }
            return started(resource.create(DistributionModel.DISTRIBUTION.read(body.json(), false), request));
        } catch (RuntimeException e) {
            return pages.answer(
                    BAD_REQUEST, form(request, "", FormInput.sent(request).refused(e), ""));
        }
    }

    private Response started(Task task) {
        return pages.seeOther("/tasks/" + task.id() + "/");
    }

    /** What a form says, but for what is served where that is fixed. */
    private FormBody body(RoutingContext request) {
        FormBody body = new FormBody(request)
                .filled("name")
                .texts(BASE_PATH)
                .boxes(PRIVATE)
                .optional("description");
        String name = ConsoleForm.text(request, REPOSITORY);
        if (ConsoleForm.of(request).first(REPOSITORY).isEmpty()) {
            return body;
        }
        Optional<Repository> repository = name.isEmpty() ? Optional.empty() : Optional.of(named(name, request));
        String version = ConsoleForm.text(request, VERSION);
        if (!version.isEmpty()) {
            Repository of = repository.orElseThrow(
                    () -> Problem.field(VERSION, "a version is one of a repository: name that, too"));
            return body.with(VERSION, version(of, version));
        }
        return repository
                .map(found -> body.with(
                        REPOSITORY, ResourceType.REPOSITORY.href(found.id().value())))
                .orElseGet(() -> body.without(REPOSITORY).without(VERSION));
    }

    private Repository named(String name, RoutingContext request) {
        Rights rights = Access.rights(request);
        return repositories
                .findNamed(name)
                .filter(found -> rights.on(found, VIEW))
                .orElseThrow(() -> Problem.field(REPOSITORY, "there is no repository of this name"));
    }

    private static String version(Repository repository, String text) {
        if (!text.matches("[0-9]{1,10}")) {
            throw Problem.field(VERSION, "write a version's number, or nothing for the newest");
        }
        return new VersionHref(repository.id(), Long.parseLong(text)).toString();
    }

    @GET
    @Path(ONE + "/edit")
    @Right("change_containerdistribution")
    public Response edit(@PathParam(HREF) String id, @Context RoutingContext request) {
        return pages.answer(form(get(id), UnaryOperator.identity(), request));
    }

    private DistributionFormPage form(
            Distribution distribution, UnaryOperator<FormInput> change, RoutingContext request) {
        DistributionSettings settings = distribution.settings();
        Map<String, String> values = new HashMap<>();
        values.put("name", settings.name());
        values.put(BASE_PATH, settings.basePath().value());
        values.put("description", settings.description().orElse(""));
        settings.version().ifPresent(number -> values.put(VERSION, number.toString()));
        Optional<Repository> served = served(distribution);
        served.filter(repository -> Access.rights(request).on(repository, VIEW))
                .ifPresent(repository ->
                        values.put(REPOSITORY, repository.settings().name()));
        if (settings.restricted()) {
            values.put(PRIVATE, "true");
        }
        String id = distribution.id().toString();
        return form(request, id, change.apply(FormInput.of(values)), fixed(distribution, served, request));
    }

    private Optional<Repository> served(Distribution distribution) {
        return distribution.settings().repository().flatMap(repositories::find);
    }

    /**
     * Why what a distribution serves is not changed by its form; empty: it is. An empty field would take away what the
     * form could not show.
     */
    private static String fixed(Distribution distribution, Optional<Repository> served, RoutingContext request) {
        if (distribution.settings().through().isPresent()) {
            return "A pull through a cache made it, so it serves its own repository, or a version of that: pin it on its"
                    + " page.";
        }
        boolean isHidden = served.filter(repository -> !Access.rights(request).on(repository, VIEW))
                .isPresent();
        return isHidden ? "It goes on to serve what it serves: a repository whose versions you may not see." : "";
    }

    private Distribution get(String id) {
        return distributions.get(new DistributionId(ResourceModel.pathId(id)));
    }

    @POST
    @Path(ONE + "/edit")
    @Right("change_containerdistribution")
    public Response edited(@PathParam(HREF) String id, @Context RoutingContext request) {
        Distribution distribution = get(id);
        try {
            change(distribution, body(request).json(), request);
            return done(distribution, "saved");
        } catch (RuntimeException e) {
            FormInput input = FormInput.sent(request).refused(e);
            return pages.answer(
                    BAD_REQUEST, form(request, id, input, fixed(distribution, served(distribution), request)));
        }
    }

    /** The task that the REST API answers with has nothing left to do: pulls see the change at once. */
    private void change(Distribution distribution, ObjectNode body, RoutingContext request) {
        var _ = resource.change(distribution, DistributionModel.DISTRIBUTION.read(body, true), request);
    }

    private Response done(Distribution distribution, String what) {
        return pages.seeOther("/distributions/" + distribution.id() + "/?done=" + what);
    }

    @POST
    @Path(ONE + "/pin")
    @Right("change_containerdistribution")
    public Response pin(@PathParam(HREF) String id, @Context RoutingContext request) {
        Distribution distribution = get(id);
        try {
            String version = version(requireServed(distribution), ConsoleForm.text(request, VERSION));
            change(distribution, new FormBody(request).with(VERSION, version).json(), request);
            return done(distribution, "pinned");
        } catch (RuntimeException e) {
            return pages.answer(BAD_REQUEST, form(distribution, input -> input.refused(e), request));
        }
    }

    private Repository requireServed(Distribution distribution) {
        return served(distribution)
                .orElseThrow(() -> Problem.body("it serves no repository, so there is nothing to pin"));
    }

    @POST
    @Path(ONE + "/unpin")
    @Right("change_containerdistribution")
    public Response unpin(@PathParam(HREF) String id, @Context RoutingContext request) {
        Distribution distribution = get(id);
        String repository =
                ResourceType.REPOSITORY.href(requireServed(distribution).id().value());
        change(distribution, new FormBody(request).with(REPOSITORY, repository).json(), request);
        return done(distribution, "unpinned");
    }

    @GET
    @Path(ONE + "/delete")
    @Right("delete_containerdistribution")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        Frame page = pages.page(request, Frame.Section.DISTRIBUTIONS, "Delete a distribution");
        return pages.answer(new DistributionDeletePage(page, get(id)));
    }

    @POST
    @Path(ONE + "/delete")
    @Right("delete_containerdistribution")
    public Response deleted(@PathParam(HREF) String id, @Context RoutingContext request) {
        return started(dispatch.deletion(ResourceType.DISTRIBUTION, get(id).id().value(), request));
    }
}
