package dev.lading.management.status;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.access.Right;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Selection;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Responses;
import dev.lading.operation.build.Builder;
import dev.lading.operation.build.BuilderAbilities;
import dev.lading.repository.RepositoryService;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code status/} and {@code livez/}: version and health of this server. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class StatusResource {
    /** The versions whose API this is; pulp-cli asks for them before it calls a plugin's operations. */
    private static final List<Component> COMPONENTS = List.of(
            new Component("core", "3.123.0", "pulpcore", "pulpcore.app"),
            new Component("container", "2.30.0", "pulp-container", "pulp_container.app"),
            new Component("file", "3.123.0", "pulpcore", "pulp_file.app"));

    record Component(String component, String version, String distribution, String module) {}

    record App(String name, Instant heartbeat, Map<String, String> versions) {}

    record Status(App app, boolean connected, StorageFigures.Bytes storage, BuilderAbilities builder) {}

    static final Model<Component> VERSION = new Model<Component>("Version")
            .tells("component", Schema.TEXT, Component::component)
            .tells("version", Schema.TEXT, Component::version)
            .tells("package", Schema.TEXT, Component::distribution)
            .tells("module", Schema.TEXT, Component::module)
            .tells("domain_compatible", Schema.BOOLEAN, component -> false);

    static final Model<App> APP = new Model<App>("AppStatus")
            .shows("name", Schema.TEXT, App::name)
            .shows("last_heartbeat", Schema.TIME, App::heartbeat)
            .shows("versions", Schema.LABELS, App::versions);

    static final Model<Boolean> DATABASE =
            new Model<Boolean>("DatabaseConnection").tells("connected", Schema.BOOLEAN, connected -> connected);

    static final Model<Boolean> REDIS =
            new Model<Boolean>("RedisConnection").tells("connected", Schema.BOOLEAN, connected -> connected);

    static final Model<StorageFigures.Bytes> STORAGE = new Model<StorageFigures.Bytes>("Storage")
            .tells("total", Schema.INTEGER.orNull().from(0), StorageFigures.Bytes::total)
            .tells("used", Schema.INTEGER.orNull().from(0), StorageFigures.Bytes::used)
            .tells("free", Schema.INTEGER.orNull().from(0), StorageFigures.Bytes::free);

    static final Model<BuilderAbilities> BUILDER = new Model<BuilderAbilities>("Builder")
            // Null while it is being found out.
            .tells(
                    "builds",
                    Schema.BOOLEAN.orNull(),
                    builder -> Optional.of(builder.builds()).filter(builds -> builder.found()))
            .tells("reason", Schema.TEXT.orNull(), BuilderAbilities::reason)
            .tells("versions", Schema.LABELS, BuilderAbilities::versions)
            .tells("user", Schema.TEXT, BuilderAbilities::user)
            .tells("isolation", Schema.TEXT, builder -> builder.builds() ? "oci" : "")
            .tells("limits", Schema.TEXT, BuilderAbilities::limits)
            .tells("platforms", Schema.listOf(Schema.TEXT), BuilderAbilities::platforms)
            .tells("heredocs", Schema.BOOLEAN, BuilderAbilities::heredocs)
            .tells("open_network", Schema.BOOLEAN, BuilderAbilities::open);

    static final Model<Status> CONTENT_SETTINGS = new Model<Status>("ContentSettings")
            .shows("content_origin", Schema.TEXT.orNull(), status -> null)
            .tells("content_path_prefix", Schema.TEXT, status -> "/v2/");

    static final Model<Status> STATUS = new Model<Status>("Status")
            .tells("versions", VERSION.listSchema(), status -> VERSION.renderAll(COMPONENTS))
            .tells("online_workers", APP.listSchema(), status -> APP.renderAll(List.of(status.app())))
            .tells("online_api_apps", APP.listSchema(), status -> APP.renderAll(List.of(status.app())))
            .tells("online_content_apps", APP.listSchema(), status -> APP.renderAll(List.of(status.app())))
            .tells(
                    "database_connection",
                    DATABASE.schema(),
                    status -> DATABASE.render(status.connected(), Selection.ALL))
            .shows("redis_connection", REDIS.schema(), status -> REDIS.render(false, Selection.ALL))
            .shows("storage", STORAGE.schema(), status -> STORAGE.render(status.storage(), Selection.ALL))
            .shows(
                    "builder",
                    BUILDER.schema().described("Lading's own: what is built from Containerfiles, and how."),
                    status -> BUILDER.render(status.builder(), Selection.ALL))
            .tells(
                    "content_settings",
                    CONTENT_SETTINGS.schema(),
                    status -> CONTENT_SETTINGS.render(status, Selection.ALL))
            .tells("domain_enabled", Schema.BOOLEAN, status -> false);

    public static final List<Model<?>> MODELS =
            List.of(VERSION, APP, DATABASE, REDIS, STORAGE, BUILDER, CONTENT_SETTINGS, STATUS);

    private final RepositoryService repositories;
    private final StorageFigures storage;
    private final Builder builder;
    private final InstantSource clock;

    public StatusResource(
            RepositoryService repositories, StorageFigures storage, Builder builder, InstantSource clock) {
        this.repositories = repositories;
        this.storage = storage;
        this.builder = builder;
        this.clock = clock;
    }

    @GET
    @Path("status")
    @Right(Right.BY_CALLER)
    @Operation(id = "status_read", summary = "Tell what this server is", answers = "200 StatusResponse")
    public Response status(@Context UriInfo uri) {
        App app = new App(name(), clock.instant(), versions());
        Status status = new Status(app, isConnected(), storage.bytes(), builder.abilities());
        return Responses.ok(STATUS, status, uri);
    }

    @GET
    @Needs(Permission.NONE)
    @Path("livez")
    @Operation(id = "livez_read", summary = "Tell that requests are answered", answers = "200")
    public Response livez() {
        return Response.ok().build();
    }

    public static Map<String, String> versions() {
        return COMPONENTS.stream().collect(Collectors.toUnmodifiableMap(Component::component, Component::version));
    }

    /** Whether records can be read; one read. */
    public boolean isConnected() {
        try {
            repositories.list(Optional.empty(), 1);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static String name() {
        long pid = ProcessHandle.current().pid();
        try {
            return pid + "@" + InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return pid + "@localhost";
        }
    }
}
