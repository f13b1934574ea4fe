package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.declared.Declaration;
import dev.lading.declared.DeclaredFile;
import dev.lading.declared.RunSettings;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.content.ContentReferences;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.task.TaskDispatch;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException;
import dev.lading.oci.Tag;
import dev.lading.operation.RepositoryTasks;
import dev.lading.operation.RepositoryTasks.Declaring;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.repository.RepositoryService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Images that are declared: files above a base, and how they run, without a builder. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class DeclareResource {
    private static final String BASE_REPOSITORY = "base_repository";
    private static final String BASE = "base";
    private static final String PLATFORMS = "platforms";
    private static final String FILES = "files";
    private static final String ENVIRONMENT = "environment";
    private static final String ENTRYPOINT = "entrypoint";
    private static final String COMMAND = "command";
    private static final String WORKING_DIRECTORY = "working_directory";
    private static final String USER = "user";
    private static final String LABELS = "labels";
    private static final String EXPOSED_PORTS = "exposed_ports";
    private static final String CREATED = "created";
    private static final String TAGS = "tags";

    private static final String MODE = "mode";
    private static final int OCTAL = 8;
    private static final String USUAL_MODE = "0644";
    private static final Set<String> FIELDS_OF_FILE = Set.of("path", "digest", MODE);

    private static final Schema WORDS = Schema.listOf(Schema.TEXT);
    private static final Schema PORT = Schema.TEXT.like("^[1-9][0-9]{0,4}(/(tcp|udp|sctp))?$");

    private static final Model<Void> DECLARE = new Model<Void>("container.DeclareImage")
            .takes(
                    BASE_REPOSITORY,
                    Schema.URI.described("Where the base is, in its newest version; or say base_repository_version."))
            .takes(BASE_REPOSITORY + "_version", Schema.URI)
            .needs(BASE, Schema.TEXT.filled().described("Tag or digest of an image, or of an index of images."))
            .takes(
                    PLATFORMS,
                    Schema.listOf(Schema.TEXT.filled())
                            .described("Which of the base's platforms, as linux/arm64/v8; absent: all."))
            .takes(
                    FILES,
                    Schema.listOf(Schema.mapOf(Schema.TEXT.filled()))
                            .described("Files above the base, each with its absolute path, the digest of a blob that"
                                    + " was pushed to this repository, and a mode as 0755; absent: 0644."))
            .takes(ENVIRONMENT, Schema.mapOf(Schema.TEXT))
            .takes(ENTRYPOINT, WORDS)
            .takes(COMMAND, WORDS)
            .takes(WORKING_DIRECTORY, Schema.TEXT.filled())
            .takes(USER, Schema.TEXT.filled())
            .takes(LABELS, Schema.mapOf(Schema.TEXT))
            .takes(EXPOSED_PORTS, Schema.listOf(PORT))
            .takes(
                    CREATED,
                    Schema.TIME.described("When the image says that it and its files were made; absent: as its base."))
            .needs(TAGS, Schema.listOf(ActionResource.TAG_NAME));

    public static final List<Model<?>> MODELS = List.of(DECLARE);

    private final RepositoryService repositories;
    private final ContentReferences references;
    private final TaskDispatch dispatch;

    public DeclareResource(RepositoryService repositories, ContentReferences references, TaskDispatch dispatch) {
        this.repositories = repositories;
        this.references = references;
        this.dispatch = dispatch;
    }

    @POST
    @Path(RepositoryResource.ONE + "/declare_image")
    @Right("build_image_containerrepository")
    @Operation(
            id = "repositories_container_container_declare_image",
            summary = "Make an image of files above a base, without a builder",
            body = "container.DeclareImage",
            answers = "202 AsyncOperationResponse")
    public Response declare(@PathParam(RepositoryResource.HREF) String id, @Context RoutingContext request)
            throws IOException {
        RepositoryId repository = repositories.get(RepositoryResource.id(id)).id();
        Values values = Body.read(DECLARE, request, false);
        ContentReferences seen = references.by(Access.rights(request));
        VersionHref base = ActionResource.version(BASE_REPOSITORY, values, seen);
        Optional<Instant> created =
                values.has(CREATED) ? Optional.of(values.time(CREATED, Instant.EPOCH)) : Optional.empty();
        Set<Tag> tags = values.texts(TAGS, List.of()).stream()
                .map(tag -> ActionResource.tag(TAGS, tag))
                .collect(Collectors.toUnmodifiableSet());
        if (tags.isEmpty()) {
            throw Problem.field(TAGS, "name one tag or more");
        }
        var image = new Declaration(
                repository,
                base.repository(),
                base.number(),
                manifest(seen.view(base), values.text(BASE)),
                values.has(PLATFORMS)
                        ? Optional.of(new TreeSet<>(values.texts(PLATFORMS, List.of())))
                        : Optional.empty(),
                files(values.maps(FILES, List.of())),
                run(values),
                created,
                tags);
        Reservation reservation = Reservation.of(repository)
                .reading(ResourceType.REPOSITORY.prn(base.repository().value()));
        return dispatch.start(RepositoryTasks.DECLARE, new Declaring(repository, image), reservation, request);
    }

    private static Digest manifest(RepositoryView version, String named) {
        try {
            return switch (Reference.parse(named)) {
                case Reference.ByDigest(Digest digest)
                when version.manifest(digest).isPresent() -> digest;
                case Reference.ByTag(Tag tag)
                when version.tag(tag).isPresent() -> version.tag(tag).orElseThrow();
                default -> throw Problem.field(BASE, "the base's version has no '" + named + "'");
            };
        } catch (RegistryException e) {
            throw Problem.field(BASE, String.valueOf(e.getMessage()));
        }
    }

    private static List<DeclaredFile> files(List<Map<String, String>> listed) {
        if (listed.size() > Declaration.MAX_FILES) {
            throw Problem.field(
                    FILES,
                    "an image is declared with up to " + Declaration.MAX_FILES
                            + " files; put more into a jar or an archive");
        }
        return listed.stream().map(DeclareResource::file).toList();
    }

    private static DeclaredFile file(Map<String, String> fields) {
        if (!FIELDS_OF_FILE.containsAll(fields.keySet())
                || !fields.containsKey("path")
                || !fields.containsKey("digest")) {
            throw Problem.field(FILES, "a file has path, digest and mode, and nothing else");
        }
        String mode = fields.getOrDefault(MODE, USUAL_MODE);
        if (!mode.matches("[0-7]{3,4}")) {
            throw Problem.field(FILES, "'" + mode + "' is no mode; write it as 0644 or 0755");
        }
        return new DeclaredFile(
                fields.getOrDefault("path", ""),
                ActionResource.digest(FILES, fields.getOrDefault("digest", "")),
                Integer.parseInt(mode, OCTAL));
    }

    private static RunSettings run(Values values) {
        return new RunSettings(
                map(values, ENVIRONMENT),
                words(values, ENTRYPOINT),
                words(values, COMMAND),
                values.text(WORKING_DIRECTORY, Optional.empty()),
                values.text(USER, Optional.empty()),
                map(values, LABELS),
                values.texts(EXPOSED_PORTS, List.of()).stream()
                        .map(port -> port.contains("/") ? port : port + "/tcp")
                        .toList());
    }

    private static Optional<List<String>> words(Values values, String field) {
        return values.has(field) ? Optional.of(values.texts(field, List.of())) : Optional.empty();
    }

    /** A name of the environment with a = would be another name. */
    static Map<String, String> map(Values values, String field) {
        Map<String, String> map = new LinkedHashMap<>();
        values.texts(field, Map.of()).forEach((name, value) -> {
            if (name.isEmpty() || name.contains("=") || name.indexOf('\0') >= 0) {
                throw Problem.field(field, "'" + name + "' is no name here");
            }
            map.put(name, value == null ? "" : value);
        });
        return map;
    }
}
