package dev.lading.console.mirror;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.distribution.NewNames;
import dev.lading.history.Repository;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.distribution.DistributionModel;
import dev.lading.management.distribution.DistributionResource;
import dev.lading.management.remote.RemoteModel;
import dev.lading.management.remote.RemoteResource;
import dev.lading.management.repository.RepositoryLists;
import dev.lading.management.repository.RepositoryResource;
import dev.lading.management.repository.SyncResource;
import dev.lading.operation.Deletions;
import dev.lading.operation.ResourceType;
import dev.lading.remote.Remote;
import dev.lading.remote.RemotePolicy;
import dev.lading.remote.RemoteSecrets;
import dev.lading.schedule.SyncSchedule;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /ui/mirrors/new}: makes a remote, a repository, its schedule and its distribution by one form. What was made
 * is taken back where the rest is refused.
 */
@Path(ConsolePath.ROOT + "/mirrors/new")
@Needs(Permission.SESSION)
public class MirrorForm {
    private static final int BAD_REQUEST = 400;

    private final RemoteResource remotes;
    private final RepositoryResource repositories;
    private final RepositoryLists lists;
    private final DistributionResource distributions;
    private final SyncResource syncs;
    private final Deletions deletions;
    private final NewNames newNames;
    private final ConsolePages pages;

    public MirrorForm(
            RemoteResource remotes,
            RepositoryResource repositories,
            RepositoryLists lists,
            DistributionResource distributions,
            SyncResource syncs,
            Deletions deletions,
            NewNames newNames,
            ConsolePages pages) {
        this.remotes = remotes;
        this.repositories = repositories;
        this.lists = lists;
        this.distributions = distributions;
        this.syncs = syncs;
        this.deletions = deletions;
        this.newNames = newNames;
        this.pages = pages;
    }

    @GET
    @Right(Right.BY_CALLER)
    public Response form(@Context RoutingContext request) {
        Map<String, String> values = new HashMap<>(Map.of(
                "url",
                "https://registry-1.docker.io",
                "policy",
                RemotePolicy.ON_DEMAND.toString(),
                SyncSchedule.TIMEZONE_FIELD,
                SyncSchedule.DEFAULT_TIMEZONE,
                "distribute",
                "true",
                "sync_now",
                "true"));
        if (newNames.restricted()) {
            values.put("private", "true");
        }
        return pages.answer(page(request, FormInput.of(values), Due.NEVER, List.of()));
    }

    private MirrorFormPage page(RoutingContext request, FormInput input, Due due, List<String> commands) {
        Frame page = pages.page(request, Frame.Section.MIRRORS, "New mirror");
        return new MirrorFormPage(page, input, due, commands);
    }

    @POST
    @Right(Right.BY_CALLER)
    public Response submit(@Context RoutingContext request) {
        Access.requireOnEverything(request, "add_containerremote");
        Access.requireOnEverything(request, "add_containerrepository");
        FormInput input = FormInput.sent(request).orElse("name", ConsoleForm.text(request, "upstream_name"));
        input = input.orElse("base_path", input.value("name"));
        try {
            if (ConsoleForm.text(request, "step").equals("preview")) {
                Due due = ScheduleForm.due(input, Optional.empty(), pages.now());
                String root = pages.page(request, Frame.Section.MIRRORS, "").root();
                return pages.answer(page(request, input, due, new MirrorCommands(input, root).all()));
            }
            Repository made = make(input, request);
            if (!input.has("sync_now")) {
                return pages.seeOther("/mirrors/" + made.id() + "/?done=made");
            }
            FormBody sync = new FormBody(request)
                    .with(
                            "remote",
                            ResourceType.REMOTE.href(
                                    made.settings().remote().orElseThrow().value()));
            var task = syncs.sync(made, SyncResource.SYNC.read(sync.json(), false), request);
            return pages.seeOther("/tasks/" + task.id() + "/");
        } catch (RuntimeException e) {
            return pages.answer(BAD_REQUEST, page(request, input.refused(e), Due.NEVER, List.of()));
        }
    }

    private Repository make(FormInput input, RoutingContext request) {
        FormBody remote = new FormBody(request)
                .with("name", input.value("name").strip())
                .texts("url", "upstream_name")
                .lists("includes", "excludes", "platforms")
                .filled("policy", RemoteSecrets.USERNAME)
                .secret(RemoteSecrets.PASSWORD);
        Remote made = remotes.create(RemoteModel.REMOTE.read(remote.json(), false), request);
        try {
            return makeRepository(input, made, request);
        } catch (RuntimeException e) {
            deletions.remote(made.id());
            throw e;
        }
    }

    private Repository makeRepository(FormInput input, Remote remote, RoutingContext request) {
        FormBody repository = new FormBody(request)
                .with("name", input.value("name").strip())
                .with("remote", ResourceType.REMOTE.href(remote.id().value()))
                .filled(SyncSchedule.FIELD);
        if (!ConsoleForm.text(request, SyncSchedule.FIELD).isEmpty()) {
            repository.filled(SyncSchedule.TIMEZONE_FIELD).boxes(SyncSchedule.MIRROR_FIELD);
        }
        Repository made = repositories.create(lists.repositories.model().read(repository.json(), false), request);
        try {
            if (input.has("distribute")) {
                distribute(input, made, request);
            }
            return made;
        } catch (RuntimeException e) {
            deletions.repository(made.id());
            throw e;
        }
    }

    private void distribute(FormInput input, Repository repository, RoutingContext request) {
        FormBody distribution = new FormBody(request)
                .with("name", input.value("base_path").strip())
                .with("base_path", input.value("base_path").strip())
                .with("repository", ResourceType.REPOSITORY.href(repository.id().value()))
                .boxes("private");
        var _ = distributions.create(DistributionModel.DISTRIBUTION.read(distribution.json(), false), request);
    }
}
