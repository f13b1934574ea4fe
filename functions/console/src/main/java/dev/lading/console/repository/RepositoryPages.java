package dev.lading.console.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;

/** {@code /ui/repositories/}: what repositories there are, and the tags of one. */
@Path(ConsolePath.ROOT + "/repositories")
@Needs(Permission.VISITOR)
public class RepositoryPages {
    private static final int IN_PAGE = 50;

    private final VisibleObjects visible;
    private final RepositoryHeads heads;
    private final TagLists tags;
    private final ConsolePages pages;

    public RepositoryPages(VisibleObjects visible, RepositoryHeads heads, TagLists tags, ConsolePages pages) {
        this.visible = visible;
        this.heads = heads;
        this.tags = tags;
        this.pages = pages;
    }

    @GET
    @Right(Right.BY_CALLER)
    public Response list(
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @Context RoutingContext request) {
        Frame page = pages.page(request, Frame.Section.REPOSITORIES, "Repositories");
        ListOrder list = ListOrder.of(page.ui() + "/repositories/", ListOrder.BY_NAME, order, "prefix", prefix.strip());
        var found = visible.repositories(Access.rights(request), list.names(prefix.strip(), after, IN_PAGE));
        return pages.answer(new RepositoryListPage(
                page, list, found.records(), prefix.strip(), found.next().orElse(""), after.isEmpty()));
    }

    /** At most eight reads for one who sees the repository's versions, or pulls it at its first name. */
    @GET
    @Path(RepositoryHeads.ONE)
    @Right(Right.BY_CALLER)
    public Response tags(
            @PathParam(RepositoryHeads.HREF) String id,
            @BeanParam TagLists.Asked asked,
            @Context RoutingContext request) {
        RepositoryHead head = heads.get(id, request);
        Frame page = pages.page(request, Frame.Section.REPOSITORIES, head.name());
        return pages.answer(tags.page(page, head, head.view(), head.path(), "", asked));
    }
}
