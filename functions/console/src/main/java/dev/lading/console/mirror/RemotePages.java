package dev.lading.console.mirror;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.management.access.Right;
import dev.lading.management.remote.RemoteModel;
import dev.lading.management.remote.RemoteResource;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.remote.RemoteSettings;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** {@code /ui/remotes/}: changes the main settings of a remote. Its secrets are written only, never shown. */
@Path(ConsolePath.ROOT + "/remotes/{" + RemotePages.HREF + "}")
@Needs(Permission.SESSION)
public class RemotePages {
    static final String HREF = "container_container_remote_href";
    private static final int BAD_REQUEST = 400;

    private final RemoteService remotes;
    private final RemoteResource resource;
    private final ConsolePages pages;

    public RemotePages(RemoteService remotes, RemoteResource resource, ConsolePages pages) {
        this.remotes = remotes;
        this.resource = resource;
        this.pages = pages;
    }

    @GET
    @Right("change_containerremote")
    public Response form(
            @PathParam(HREF) String id,
            @QueryParam("mirror") @DefaultValue("") String mirror,
            @Context RoutingContext request) {
        Remote remote = get(id);
        RemoteSettings settings = remote.settings();
        FormInput input = FormInput.of(Map.of(
                "name", settings.name(),
                "url", settings.url().text(),
                "upstream_name", settings.upstreamName(),
                "policy", settings.policy().toString(),
                "includes", FormInput.lines(settings.includes()),
                "excludes", FormInput.lines(settings.excludes()),
                "platforms", FormInput.lines(settings.platforms())));
        return pages.answer(page(request, remote, mirror, input));
    }

    private Remote get(String id) {
        return remotes.get(RemoteKind.CONTAINER, new RemoteId(ResourceModel.pathId(id)));
    }

    private RemotePage page(RoutingContext request, Remote remote, String mirror, FormInput input) {
        Frame page = pages.page(request, Frame.Section.MIRRORS, "Upstream");
        return new RemotePage(
                page,
                remote,
                known(mirror),
                input,
                remote.settings().secrets().username().isPresent());
    }

    /** The id of a repository, as a query says it; empty: it says none. */
    private static String known(String mirror) {
        return ResourceType.uuid(mirror).map(Object::toString).orElse("");
    }

    @POST
    @Right("change_containerremote")
    public Response save(@PathParam(HREF) String id, @Context RoutingContext request) {
        Remote remote = get(id);
        String mirror = known(ConsoleForm.text(request, "mirror"));
        try {
            var _ = resource.change(remote, RemoteModel.REMOTE.read(body(request), true), request);
            return pages.seeOther(
                    mirror.isEmpty() ? "/remotes/" + remote.id() + "/" : "/mirrors/" + mirror + "/?done=remote");
        } catch (RuntimeException e) {
            return pages.answer(
                    BAD_REQUEST,
                    page(request, remote, mirror, FormInput.sent(request).refused(e)));
        }
    }

    private static ObjectNode body(RoutingContext request) {
        return new FormBody(request)
                .texts("name", "url", "upstream_name", "policy")
                .lists("includes", "excludes", "platforms")
                .login()
                .json();
    }
}
