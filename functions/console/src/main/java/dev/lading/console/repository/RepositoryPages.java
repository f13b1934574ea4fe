package dev.lading.console.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** {@code /ui/repositories/}: what repositories there are. */
@Path(ConsolePath.ROOT + "/repositories")
public class RepositoryPages {
    private static final int IN_PAGE = 50;

    private final VisibleObjects visible;
    private final ConsolePages pages;

    public RepositoryPages(VisibleObjects visible, ConsolePages pages) {
        this.visible = visible;
        this.pages = pages;
    }

    @GET
    @Needs(Permission.VISITOR)
    @Right(Right.BY_CALLER)
    public Response list(
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("after") @DefaultValue("") String after,
            @Context RoutingContext request) {
        Frame page = pages.page(request, Frame.Section.REPOSITORIES, "Repositories");
        Optional<String> behind = Optional.of(after).filter(text -> !text.isEmpty());
        var found = visible.repositories(Access.rights(request), prefix.strip(), behind, IN_PAGE);
        return pages.answer(new RepositoryListPage(
                page, found.records(), prefix.strip(), found.next().orElse(""), behind.isEmpty()));
    }
}
