package dev.lading.console.home;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.console.Some;
import dev.lading.grant.Rights;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.repository.RepositoryService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** {@code /ui/}: what somebody should know, and the search. */
@Path(ConsolePath.ROOT)
public class HomePages {
    private static final int MAX_OPEN = 10;
    private static final int MAX_QUERY = 512;

    private final Search search;
    private final Watch watch;
    private final NewestChanges changes;
    private final RepositoryService repositories;
    private final ConsolePages pages;

    public HomePages(
            Search search, Watch watch, NewestChanges changes, RepositoryService repositories, ConsolePages pages) {
        this.search = search;
        this.watch = watch;
        this.changes = changes;
        this.repositories = repositories;
        this.pages = pages;
    }

    @GET
    @Needs(Permission.VISITOR)
    @Right(Right.BY_CALLER)
    public Response home(@Context RoutingContext request) {
        Frame page = pages.page(request, Frame.Section.HOME, "Home");
        Rights rights = Access.rights(request);
        if (page.who().isEmpty()) {
            Search.Found open = search.open(rights);
            return pages.answer(new HomePage(
                    page,
                    Attention.NOTHING,
                    List.of(),
                    Some.of(open.hits(), MAX_OPEN),
                    open.hits().isEmpty(),
                    0));
        }
        boolean isEmpty = rights.onEverything("view_containerrepository")
                && repositories.names().findFirst().isEmpty();
        return pages.answer(new HomePage(
                page,
                watch.of(rights),
                changes.seenBy(rights, page.administrator()),
                Some.of(List.of(), MAX_OPEN),
                isEmpty,
                NewestChanges.HOURS));
    }

    @GET
    @Path("/search")
    @Needs(Permission.VISITOR)
    @Right(Right.BY_CALLER)
    public Response search(@QueryParam("q") @DefaultValue("") String q, @Context RoutingContext request) {
        Frame page = pages.page(request, Frame.Section.HOME, "Search");
        String whole = q.strip();
        // A reference is often copied with the registry's name in front.
        String named = whole.startsWith(page.host() + "/")
                ? whole.substring(page.host().length() + 1)
                : whole;
        Search.Found found = named.isEmpty() || named.length() > MAX_QUERY
                ? new Search.Found(List.of(), false)
                : search.find(Access.rights(request), named);
        return pages.answer(new SearchPage(page, Some.text(whole, MAX_QUERY), found));
    }
}
