package dev.lading.console.through;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.RegistrySettings;
import dev.lading.cleanup.EvictionService;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.console.through.ThroughPage.Made;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.MadeThrough;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughSettings;
import dev.lading.grant.Rights;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.distribution.PullThroughModel;
import dev.lading.management.distribution.PullThroughResource;
import dev.lading.management.remote.PullThroughRemoteResource;
import dev.lading.management.remote.RemoteModel;
import dev.lading.management.resource.ResourceModel;
import dev.lading.metadata.Page;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.Deletions;
import dev.lading.operation.ResourceType;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.PullThroughFigures;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteSecrets;
import dev.lading.remote.RemoteService;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code /ui/pull-through/}: caches that fetch what is pulled through them.
 *
 * <p>The page of one reads of {@value #NAMES_IN_PAGE} names which of their first {@value #TAGS_LOOKED} tags the upstream
 * no longer has: a read for each name beside the usual ones.
 */
@Path(ConsolePath.ROOT + "/pull-through")
@Needs(Permission.SESSION)
public class ThroughPages {
    static final String HREF = "container_container_pull_through_distribution_href";
    private static final int IN_PAGE = 50;
    private static final int NAMES_IN_PAGE = 20;
    private static final int TAGS_LOOKED = 1_000;
    private static final int TAGS_SHOWN = 5;
    private static final int BAD_REQUEST = 400;

    private static final Map<String, String> DONE = Map.of(
            "saved", "Saved. The next pull goes by it.",
            "remote", "The upstream is saved. The next pull that asks it goes by it.");

    private final PullThroughService pullThroughs;
    private final RemoteService remotes;
    private final PullThroughCounts counts;
    private final EvictionService evictions;
    private final PullThroughResource resource;
    private final PullThroughRemoteResource remoteResource;
    private final Deletions deletions;
    private final RegistrySettings settings;
    private final ConsolePages pages;

    public ThroughPages(
            PullThroughService pullThroughs,
            RemoteService remotes,
            PullThroughCounts counts,
            EvictionService evictions,
            PullThroughResource resource,
            PullThroughRemoteResource remoteResource,
            Deletions deletions,
            RegistrySettings settings,
            ConsolePages pages) {
        this.pullThroughs = pullThroughs;
        this.remotes = remotes;
        this.counts = counts;
        this.evictions = evictions;
        this.resource = resource;
        this.remoteResource = remoteResource;
        this.deletions = deletions;
        this.settings = settings;
        this.pages = pages;
    }

    @GET
    @Right(Right.BY_CALLER)
    public Response list(
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @Context RoutingContext request) {
        Frame page = pages.page(request, Frame.Section.MIRRORS, "Pull-through caches");
        ListOrder list = ListOrder.of(page.ui() + "/pull-through/", ListOrder.BY_TIME, order);
        Rights rights = Access.rights(request);
        Optional<String> behind = ResourceType.uuid(after).map(UUID::toString);
        Page<PullThroughDistribution> read =
                list.isDown() ? pullThroughs.list(behind, IN_PAGE) : pullThroughs.oldest(behind, IN_PAGE);
        List<PullThroughDistribution> seen =
                read.records().stream().filter(rights::sees).toList();
        return pages.answer(new ThroughListPage(
                page,
                list,
                views(seen, rights),
                counts.since(),
                !settings.behindGateway(),
                read.next().orElse(""),
                behind.isEmpty()));
    }

    private List<ThroughView> views(List<PullThroughDistribution> caches, Rights rights) {
        Map<RemoteId, Remote> found =
                remotes
                        .findAll(caches.stream()
                                .map(each -> each.settings().remote())
                                .distinct()
                                .toList())
                        .stream()
                        .filter(remote -> rights.on(remote, "view_containerpullthroughremote"))
                        .collect(Collectors.toMap(Remote::id, Function.identity()));
        return caches.stream()
                .map(each -> {
                    Optional<Remote> remote =
                            Optional.ofNullable(found.get(each.settings().remote()));
                    Optional<PullThroughFigures> figures =
                            remote.filter(known -> !settings.behindGateway()).map(known -> counts.figures(known.id()));
                    return new ThroughView(each, remote, figures);
                })
                .toList();
    }

    @GET
    @Path("/{" + HREF + "}")
    @Right("view_containerpullthroughdistribution")
    public Response read(
            @PathParam(HREF) String id,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        PullThroughDistribution cache = pullThroughs.get(new DistributionId(ResourceModel.pathId(id)));
        Rights rights = Access.rights(request);
        ThroughView view = views(List.of(cache), rights).getFirst();
        Optional<RepositoryName> behind =
                RepositoryName.isValid(after) ? Optional.of(new RepositoryName(after)) : Optional.empty();
        Page<MadeThrough> made = pullThroughs.made(cache.id().value(), behind, NAMES_IN_PAGE);
        Frame page = pages.page(
                request, Frame.Section.MIRRORS, cache.settings().basePath().value());
        return pages.answer(new ThroughPage(
                page,
                view,
                counts.since(),
                made.records().stream().map(this::made).toList(),
                made.next().orElse(""),
                new ThroughPage.May(
                        rights.on(cache, "change_containerpullthroughdistribution"),
                        view.remote()
                                .filter(remote -> rights.on(remote, "change_containerpullthroughremote"))
                                .isPresent()),
                DONE.getOrDefault(done, "")));
    }

    private Made made(MadeThrough made) {
        List<String> gone = made.repository()
                .map(repository -> evictions.onlyCopies(repository, TAGS_LOOKED))
                .orElse(List.of());
        return new Made(
                made.basePath().value(),
                made.distribution().toString(),
                gone.stream().limit(TAGS_SHOWN).toList(),
                Math.max(0, gone.size() - TAGS_SHOWN));
    }

    @GET
    @Path("/new")
    @Right(Right.BY_CALLER)
    public Response form(@Context RoutingContext request) {
        return pages.answer(page(
                request,
                FormInput.of(Map.of(
                        "url",
                        "https://registry-1.docker.io",
                        "base_path",
                        "hub",
                        "freshness",
                        String.valueOf(PullThroughSettings.DEFAULT_FRESHNESS)))));
    }

    private ThroughFormPage page(RoutingContext request, FormInput input) {
        return new ThroughFormPage(pages.page(request, Frame.Section.MIRRORS, "New pull-through cache"), input);
    }

    /** Makes the remote and the distribution; the remote is taken back where the distribution is refused. */
    @POST
    @Path("/new")
    @Right(Right.BY_CALLER)
    public Response make(@Context RoutingContext request) {
        Access.requireOnEverything(request, "add_containerpullthroughremote");
        FormInput input = FormInput.sent(request);
        try {
            String name = ConsoleForm.text(request, "base_path");
            FormBody remote = new FormBody(request)
                    .with("name", name)
                    .texts("url")
                    .filled(RemoteSecrets.USERNAME)
                    .secret(RemoteSecrets.PASSWORD)
                    .lists("includes");
            Remote made = remoteResource.create(RemoteModel.PULL_THROUGH.read(remote.json(), false), request);
            try {
                return pages.seeOther(
                        "/tasks/" + distribute(name, made, request).id() + "/");
            } catch (RuntimeException e) {
                deletions.remote(made.id());
                throw e;
            }
        } catch (RuntimeException e) {
            return pages.answer(BAD_REQUEST, page(request, input.refused(e)));
        }
    }

    private Task distribute(String name, Remote remote, RoutingContext request) {
        FormBody body = new FormBody(request)
                .with("name", name)
                .texts("base_path")
                .with(
                        "remote",
                        ResourceType.PULL_THROUGH_REMOTE.href(remote.id().value()))
                .boxes("private", "anonymous_fetch", "evict_gone")
                .numbers("freshness", "evict_after_days", "max_bytes");
        return resource.create(PullThroughModel.PULL_THROUGH.read(body.json(), false), request);
    }
}
