package dev.lading.management.remote;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.RegistrySettings;
import dev.lading.management.access.Right;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.PullThroughFigures;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code figures/} of a pull-through remote: what this process served of it and asked its upstream. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class PullThroughFiguresResource {
    private static final String HREF = "container_container_pull_through_remote_href";
    private static final String PATH = "remotes/container/pull-through/{" + HREF + "}/figures";
    private static final Schema COUNT = Schema.INTEGER.from(0);

    record Shown(Instant since, PullThroughFigures figures) {}

    public static final Model<Shown> MODEL = new Model<Shown>("PullThroughFigures")
            .shows("since", Schema.TIME.described("When this process began to count."), Shown::since)
            .shows(
                    "hits",
                    COUNT.described("Answers with manifests and blobs that were here."),
                    shown -> shown.figures().hits())
            .shows(
                    "misses",
                    COUNT.described("Answers with those that had to be fetched first."),
                    shown -> shown.figures().misses())
            .shows(
                    "stale_answers",
                    COUNT.described("Hits while the upstream gave no good answer."),
                    shown -> shown.figures().staleAnswers())
            .shows("served_bytes", COUNT, shown -> shown.figures().servedBytes())
            .shows("fetched_bytes", COUNT, shown -> shown.figures().fetchedBytes())
            .shows(
                    "saved_bytes",
                    COUNT.described("Bytes served that the upstream did not have to send."),
                    shown -> shown.figures().savedBytes())
            .shows(
                    "upstream_requests",
                    COUNT.described("All of them, also for tokens, after redirects, and again after a failure."),
                    shown -> shown.figures().upstreamRequests())
            .shows(
                    "rate_limit",
                    COUNT.orNull().described("Requests that the upstream said it allows in a window."),
                    shown -> orNull(shown.figures().rateLimit()))
            .shows(
                    "rate_limit_remaining",
                    COUNT.orNull().described("Those that remained of them, as the upstream said last."),
                    shown -> orNull(shown.figures().rateLimitRemaining()));

    private final RemoteService remotes;
    private final PullThroughCounts counts;
    private final RegistrySettings settings;

    public PullThroughFiguresResource(RemoteService remotes, PullThroughCounts counts, RegistrySettings settings) {
        this.remotes = remotes;
        this.counts = counts;
        this.settings = settings;
    }

    private static Optional<Long> orNull(OptionalLong number) {
        return number.stream().boxed().findFirst();
    }

    @GET
    @Path(PATH)
    @Right("view_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_figures",
            summary = "Show what this process served of a pull-through remote and asked its upstream",
            answers = "200 PullThroughFiguresResponse")
    public Response figures(@PathParam(HREF) String id, @Context UriInfo uri) {
        Remote remote = remotes.get(RemoteKind.PULL_THROUGH, new RemoteId(ResourceModel.pathId(id)));
        if (settings.behindGateway()) {
            throw Problem.detail(404, "functions count what they serve as metrics of CloudWatch, namespace Lading");
        }
        return Responses.ok(MODEL, new Shown(counts.since(), counts.figures(remote.id())), uri);
    }
}
