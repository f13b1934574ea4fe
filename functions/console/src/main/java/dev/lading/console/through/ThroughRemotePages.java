package dev.lading.console.through;

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
import dev.lading.management.remote.PullThroughRemoteResource;
import dev.lading.management.remote.RemoteModel;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteConnection;
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
import java.util.HashMap;
import java.util.Map;

/**
 * {@code /ui/pull-through/remotes/}: changes the main settings of a remote that is pulled through. Its secrets are written
 * only, never shown.
 */
@Path(ConsolePath.ROOT + "/pull-through/remotes/{" + ThroughRemotePages.HREF + "}")
@Needs(Permission.SESSION)
public class ThroughRemotePages {
    static final String HREF = "container_container_pull_through_remote_href";
    private static final int BAD_REQUEST = 400;

    private final RemoteService remotes;
    private final PullThroughRemoteResource resource;
    private final ConsolePages pages;

    public ThroughRemotePages(RemoteService remotes, PullThroughRemoteResource resource, ConsolePages pages) {
        this.remotes = remotes;
        this.resource = resource;
        this.pages = pages;
    }

    @GET
    @Right("change_containerpullthroughremote")
    public Response form(
            @PathParam(HREF) String id,
            @QueryParam("cache") @DefaultValue("") String cache,
            @Context RoutingContext request) {
        Remote remote = get(id);
        return pages.answer(page(request, remote, cache, input(remote.settings())));
    }

    private Remote get(String id) {
        return remotes.get(RemoteKind.PULL_THROUGH, new RemoteId(ResourceModel.pathId(id)));
    }

    private static FormInput input(RemoteSettings settings) {
        RemoteConnection connection = settings.connection();
        Map<String, String> values = new HashMap<>();
        values.put("name", settings.name());
        values.put("url", settings.url().text());
        values.put("includes", FormInput.lines(settings.includes()));
        values.put("excludes", FormInput.lines(settings.excludes()));
        values.put("token_hosts", FormInput.lines(connection.tokenHosts()));
        connection.rateLimit().ifPresent(limit -> values.put("rate_limit", limit.toString()));
        connection.downloadConcurrency().ifPresent(most -> values.put("download_concurrency", most.toString()));
        connection.maxRetries().ifPresent(most -> values.put("max_retries", most.toString()));
        connection.proxyUrl().ifPresent(url -> values.put("proxy_url", url.text()));
        if (connection.tlsValidation()) {
            values.put("tls_validation", "true");
        }
        return FormInput.of(values);
    }

    private ThroughRemotePage page(RoutingContext request, Remote remote, String cache, FormInput input) {
        Frame page = pages.page(request, Frame.Section.MIRRORS, "Upstream");
        boolean credentials = remote.settings().secrets().username().isPresent();
        return new ThroughRemotePage(page, remote, known(cache), input, credentials);
    }

    /** The id of a cache, as a query says it; empty: it says none. */
    private static String known(String cache) {
        return ResourceType.uuid(cache).map(Object::toString).orElse("");
    }

    @POST
    @Right("change_containerpullthroughremote")
    public Response save(@PathParam(HREF) String id, @Context RoutingContext request) {
        Remote remote = get(id);
        String cache = known(ConsoleForm.text(request, "cache"));
        try {
            var _ = resource.change(remote, RemoteModel.PULL_THROUGH.read(body(request), true), request);
            return pages.seeOther(
                    "/pull-through/" + (cache.isEmpty() ? "remotes/" + remote.id() + "/" : cache + "/?done=remote"));
        } catch (RuntimeException e) {
            return pages.answer(
                    BAD_REQUEST,
                    page(request, remote, cache, FormInput.sent(request).refused(e)));
        }
    }

    private static ObjectNode body(RoutingContext request) {
        return new FormBody(request)
                .texts("name", "url")
                .lists("includes", "excludes", "token_hosts")
                .optional("proxy_url")
                .optionalNumbers("rate_limit", "download_concurrency", "max_retries")
                .boxes("tls_validation", "other_upstream")
                .login()
                .json();
    }
}
