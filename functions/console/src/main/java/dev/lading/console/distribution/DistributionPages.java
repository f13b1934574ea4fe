package dev.lading.console.distribution;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.console.distribution.DistributionListPage.Row;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ResourceModel;
import dev.lading.repository.RepositoryService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code /ui/distributions/}: what is pulled where. */
@Path(ConsolePath.ROOT + "/distributions")
@Needs(Permission.VISITOR)
public class DistributionPages {
    private static final String HREF = "container_container_distribution_href";
    private static final int IN_PAGE = 50;

    private static final Map<String, String> DONE = Map.of(
            "saved", "Saved.",
            "pinned", "Pinned. Pulls get this version until it is unpinned.",
            "unpinned", "Unpinned. Pulls get the newest version.");

    private final DistributionService distributions;
    private final RepositoryService repositories;
    private final VisibleObjects visible;
    private final ConsolePages pages;

    public DistributionPages(
            DistributionService distributions,
            RepositoryService repositories,
            VisibleObjects visible,
            ConsolePages pages) {
        this.distributions = distributions;
        this.repositories = repositories;
        this.visible = visible;
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
        Frame page = pages.page(request, Frame.Section.DISTRIBUTIONS, "Distributions");
        ListOrder list =
                ListOrder.of(page.ui() + "/distributions/", ListOrder.BY_NAME, order, "prefix", prefix.strip());
        var found = visible.distributions(rights, list.names(prefix.strip(), after, IN_PAGE));
        Map<RepositoryId, Repository> served = repositories
                .findAll(found.records().stream()
                        .flatMap(each -> each.settings().repository().stream())
                        .distinct()
                        .toList())
                .stream()
                .collect(Collectors.toMap(Repository::id, Function.identity()));
        List<Row> rows = found.records().stream()
                .map(each -> new Row(each, served(each, served, rights)))
                .toList();
        return pages.answer(new DistributionListPage(
                page, list, rows, prefix.strip(), found.next().orElse(""), after.isEmpty()));
    }

    /** A public distribution tells of what it serves: the repository is seen because of it, and is not asked for. */
    private static Optional<Served> served(
            Distribution distribution, Map<RepositoryId, Repository> repositories, Rights rights) {
        return distribution
                .settings()
                .repository()
                .map(repositories::get)
                .filter(repository -> !distribution.settings().restricted() || rights.sees(repository))
                .map(repository -> Served.of(distribution, repository));
    }

    @GET
    @Path("/{" + HREF + "}")
    @Right(Right.BY_CALLER)
    public Response read(
            @PathParam(HREF) String id,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        Distribution distribution = distributions
                .find(new DistributionId(ResourceModel.pathId(id)))
                .filter(rights::sees)
                .orElseThrow(Problem::notFound);
        Optional<Served> serves = distribution
                .settings()
                .repository()
                .flatMap(repositories::find)
                .filter(repository -> !distribution.settings().restricted() || rights.sees(repository))
                .map(repository -> Served.of(distribution, repository));
        Frame page = pages.page(
                request,
                Frame.Section.DISTRIBUTIONS,
                distribution.settings().basePath().value());
        return pages.answer(new DistributionPage(
                page,
                distribution,
                serves,
                rights.on(distribution, "change_containerdistribution"),
                rights.on(distribution, "delete_containerdistribution"),
                DONE.getOrDefault(done, "")));
    }
}
