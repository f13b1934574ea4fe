package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.commit.Staging;
import dev.lading.content.ContentService;
import dev.lading.curation.StagingArea;
import dev.lading.curation.StagingService;
import dev.lading.grant.Rights;
import dev.lading.history.Repository;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryId;
import dev.lading.http.RegistryUrls;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Model;
import dev.lading.management.api.Multipart;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.content.ContentReferences;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.References;
import dev.lading.management.task.TaskDispatch;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.Tag;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.operation.build.BuildOrder;
import dev.lading.operation.build.BuildPlan;
import dev.lading.operation.build.BuildSecrets;
import dev.lading.operation.build.BuildSecrets.Secret;
import dev.lading.operation.build.BuildTasks;
import dev.lading.operation.build.Builder;
import dev.lading.operation.build.BuilderAbilities;
import dev.lading.operation.build.NetworkMode;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Images that are built from Containerfiles. Fields beyond Pulp's are ours. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class BuildResource {
    private static final int MAX_CONTAINERFILE = 256 * 1024;
    private static final int MAX_PLATFORMS = 8;

    /** With its name; Linux starts no program with an argument of 128 KiB. */
    private static final int MAX_ARGUMENT = 64 * 1024;

    private static final int NOT_HERE = 501;
    private static final long MEBIBYTE = 1024L * 1024;
    private static final long LEAST_MEMORY = 64 * MEBIBYTE;
    private static final long USUAL_TIMEOUT = 3_600;
    private static final long LONGEST_TIMEOUT = 86_400;

    private static final String CONTAINERFILE = "containerfile";
    private static final String CONTAINERFILE_NAME = "containerfile_name";
    private static final String CONTAINERFILE_TEXT = "containerfile_text";
    private static final String BUILD_CONTEXT = "build_context";
    private static final String CONTEXT = "context";
    private static final String CONTEXT_DIGEST = "context_digest";
    private static final String TAG = "tag";
    private static final String TAGS = "tags";
    private static final String PLATFORMS = "platforms";
    private static final String BUILD_ARGS = "build_args";
    private static final String LABELS = "labels";
    private static final String TARGET = "target";
    private static final String SECRETS = "secrets";
    private static final String NETWORK = "network";
    private static final String TIMEOUT = "timeout";
    private static final String MEMORY = "memory";
    private static final String SOURCE_DATE_EPOCH = "source_date_epoch";
    private static final String CACHE = "cache";
    private static final String IGNORE_FILES = "ignore_files";
    private static final String KEEP_LOG = "keep_log";

    private static final String OPEN_RIGHT = "build_open_containerrepository";

    private static final Schema PLATFORM = Schema.TEXT.like("^linux/[a-z0-9_]+(/[a-z0-9_]+)?$");
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_.-]{0,63}";

    private static final Model<Void> BUILD = new Model<Void>("OCIBuildImage")
            .takes(CONTAINERFILE, Schema.FILE)
            .takes(
                    CONTAINERFILE_NAME,
                    Schema.TEXT.described("Name of the Containerfile, from build_context, that is used to build."))
            .takes(CONTAINERFILE_TEXT, own(Schema.TEXT.upToLength(MAX_CONTAINERFILE), "the Containerfile itself."))
            .takes(
                    BUILD_CONTEXT,
                    Schema.URI
                            .orNull()
                            .described(
                                    "A file repository's version, or a manifest whose layers are files with titles."))
            .takes(CONTEXT, own(Schema.FILE, "the context as a tar, which may be compressed by gzip, or a zip."))
            .takes(CONTEXT_DIGEST, own(Schema.TEXT, "such a context as a blob that was pushed to this repository."))
            .takes(TAG, Schema.TEXT.described("A tag name for the new image being built; absent: latest."))
            .takes(TAGS, own(Schema.listOf(ActionResource.TAG_NAME), "several, in place of tag."))
            .takes(
                    PLATFORMS,
                    own(Schema.listOf(PLATFORM), "absent: the builder's own; several make an index of images."))
            .takes(BUILD_ARGS, own(Schema.mapOf(Schema.TEXT), "arguments, by name."))
            .takes(LABELS, own(Schema.mapOf(Schema.TEXT), "labels of the image."))
            .takes(
                    TARGET,
                    own(Schema.TEXT.like("^[A-Za-z0-9][A-Za-z0-9_.-]*$"), "the stage to build; absent: the last."))
            .takes(
                    SECRETS,
                    own(
                            Schema.mapOf(Schema.TEXT),
                            "in base64, by id; mounted where a step asks for them, and stored nowhere."))
            .takes(
                    NETWORK,
                    own(
                            Schema.oneOf(List.of(NetworkMode.NONE.toString(), NetworkMode.OPEN.toString())),
                            "none: this registry alone; open: the internet as well, by a permission of its own."))
            .takes(TIMEOUT, own(Schema.INTEGER.from(1).upTo(LONGEST_TIMEOUT), "seconds; absent: an hour."))
            .takes(MEMORY, own(Schema.INTEGER.from(LEAST_MEMORY), "bytes, up to what the server allows."))
            .takes(
                    SOURCE_DATE_EPOCH,
                    own(
                            Schema.INTEGER.from(0).upTo(BuildPlan.LAST_SECOND),
                            "the date of all that is made, in seconds; absent: that of the context's newest file."))
            .takes(CACHE, own(Schema.BOOLEAN, "whether layers of earlier builds are used."))
            .takes(
                    IGNORE_FILES,
                    own(Schema.BOOLEAN, "whether the context's .containerignore or .dockerignore means something."))
            .takes(KEEP_LOG, own(Schema.BOOLEAN, "whether the log is kept in the version, for all who may pull it."));

    public static final List<Model<?>> MODELS = List.of(BUILD);

    private final Builder builder;
    private final BuildTasks builds;
    private final BuildSecrets secrets;
    private final StagingService stagings;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final ContentService content;
    private final ContentReferences contents;
    private final References references;
    private final RegistryUrls urls;
    private final TaskDispatch dispatch;

    public BuildResource(
            Builder builder,
            BuildTasks builds,
            BuildSecrets secrets,
            StagingService stagings,
            RepositoryService repositories,
            VersionService versions,
            ContentService content,
            ContentReferences contents,
            References references,
            RegistryUrls urls,
            TaskDispatch dispatch) {
        this.builder = builder;
        this.builds = builds;
        this.secrets = secrets;
        this.stagings = stagings;
        this.repositories = repositories;
        this.versions = versions;
        this.content = content;
        this.contents = contents;
        this.references = references;
        this.urls = urls;
        this.dispatch = dispatch;
    }

    private static Schema own(Schema schema, String description) {
        return schema.described("Lading's own: " + description);
    }

    /** Files of a request, as far as it was read. */
    private static final class Sent {
        private @Nullable String containerfile;
        private @Nullable Digest context;
        private @Nullable Staging staged;
    }

    @POST
    @Path(RepositoryResource.ONE + "/build_image")
    @Right("build_image_containerrepository")
    @Operation(
            id = "repositories_container_container_build_image",
            summary = "Build an image from a Containerfile",
            body = "OCIBuildImage",
            answers = "202 AsyncOperationResponse")
    public Response build(
            @PathParam(RepositoryResource.HREF) String id, @Context UriInfo uri, @Context RoutingContext request)
            throws IOException {
        Repository repository = repositories.get(RepositoryResource.id(id));
        Sent sent = new Sent();
        boolean started = false;
        try {
            Values values = Multipart.read(
                    BUILD,
                    request,
                    Map.of(
                            CONTAINERFILE,
                            file -> sent.containerfile = containerfile(file),
                            CONTEXT,
                            file -> stage(file, sent)));
            BuildOrder order = order(repository, values, sent, urls.host(uri), request);
            Response answer = dispatch.start(BuildTasks.BUILD, order, builds.reservation(order), request);
            started = true;
            return answer;
        } finally {
            if (!started && sent.staged != null) {
                stagings.giveUp(sent.staged);
            }
        }
    }

    /** Told at once, and not by a task that fails; while it is being found out, the task waits. */
    private void requireBuilder() {
        BuilderAbilities abilities = builder.abilities();
        if (abilities.found()) {
            abilities.reason().ifPresent(reason -> {
                throw Problem.detail(NOT_HERE, reason);
            });
        }
    }

    private static String containerfile(InputStream file) throws IOException {
        byte[] bytes = file.readNBytes(MAX_CONTAINERFILE + 1);
        if (bytes.length > MAX_CONTAINERFILE) {
            throw Problem.field(CONTAINERFILE, "a Containerfile is at most " + MAX_CONTAINERFILE + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void stage(InputStream file, Sent sent) throws IOException {
        requireBuilder();
        // Left open: the task goes on with it.
        StagingArea area = stagings.begin();
        sent.staged = area.staging();
        sent.context = area.blob(MediaType.OCTET_STREAM, file).digest();
    }

    private BuildOrder order(Repository repository, Values values, Sent sent, String host, RoutingContext request)
            throws IOException {
        Rights rights = Access.rights(request);
        NetworkMode network = values.text(NETWORK, "none").equals("open") ? NetworkMode.OPEN : NetworkMode.NONE;
        if (network == NetworkMode.OPEN && !rights.on(repository, OPEN_RIGHT)) {
            throw Access.denied(OPEN_RIGHT);
        }
        Optional<BuildOrder.Files> files = files(values, rights);
        Optional<Digest> archive = archive(repository.id(), values, sent);
        if (files.isPresent() && archive.isPresent()) {
            throw Problem.field(BUILD_CONTEXT, "send one context");
        }
        String containerfile = containerfile(values, sent, files);
        Set<Tag> tags = tags(values);
        requireBuilder();
        return new BuildOrder(
                repository.id(),
                containerfile,
                archive,
                Optional.ofNullable(sent.staged),
                files,
                tags,
                platforms(values),
                arguments(values, BUILD_ARGS),
                arguments(values, LABELS),
                values.text(TARGET, Optional.empty()),
                keep(values),
                network,
                values.integer(TIMEOUT, Optional.empty()).orElse(USUAL_TIMEOUT),
                values.integer(MEMORY, Optional.empty()),
                values.integer(SOURCE_DATE_EPOCH, Optional.empty()),
                host,
                values.bool(CACHE, true),
                values.bool(IGNORE_FILES, true),
                values.bool(KEEP_LOG, true));
    }

    private String containerfile(Values values, Sent sent, Optional<BuildOrder.Files> files) throws IOException {
        Optional<String> name =
                values.text(CONTAINERFILE_NAME, Optional.empty()).filter(text -> !text.isEmpty());
        Optional<String> text =
                Optional.ofNullable(sent.containerfile).or(() -> values.text(CONTAINERFILE_TEXT, Optional.empty()));
        if (name.isPresent() == text.isPresent()) {
            throw Problem.body("Exactly one of 'containerfile' and 'containerfile_name' must be specified.");
        }
        if (text.isPresent()) {
            if (text.get().getBytes(StandardCharsets.UTF_8).length > MAX_CONTAINERFILE) {
                throw Problem.field(CONTAINERFILE_TEXT, "a Containerfile is at most " + MAX_CONTAINERFILE + " bytes");
            }
            return text.get();
        }
        BuildOrder.Files context = files.orElseThrow(
                () -> Problem.body("A 'build_context' must be specified when 'containerfile_name' is present."));
        try (InputStream file = builds.file(context, name.get())
                .orElseThrow(() -> Problem.body(
                        "Could not find the Containerfile with the name '" + name.get() + "' in the build context."))) {
            return containerfile(file);
        }
    }

    private Optional<Digest> archive(RepositoryId repository, Values values, Sent sent) {
        Optional<Digest> pushed =
                values.text(CONTEXT_DIGEST, Optional.empty()).map(text -> ActionResource.digest(CONTEXT_DIGEST, text));
        if (pushed.isPresent() && sent.context != null) {
            throw Problem.field(CONTEXT_DIGEST, "send one context");
        }
        Optional<Digest> absent = pushed.filter(digest -> versions.newest(repository)
                .blob(digest)
                .filter(held -> held.entry().isHeld())
                .isEmpty());
        if (absent.isPresent()) {
            throw Problem.field(CONTEXT_DIGEST, "the repository has no blob " + absent.get() + "; push it first");
        }
        return pushed.or(() -> Optional.ofNullable(sent.context));
    }

    private Optional<BuildOrder.Files> files(Values values, Rights rights) {
        String named = values.text(BUILD_CONTEXT, Optional.empty()).orElse("");
        if (named.isEmpty()) {
            return Optional.empty();
        }
        if (ResourceType.MANIFEST.id(named).isPresent()) {
            ContentUnit unit = contents.by(rights).unit(BUILD_CONTEXT, named);
            return Optional.of(content.versionWith(unit.digest(), id -> isSeen(id, rights))
                    .map(held -> new BuildOrder.Files(held.repository(), held.version(), Optional.of(unit.digest())))
                    .orElseThrow(() -> Problem.field(BUILD_CONTEXT, "no version holds " + named + " any more")));
        }
        VersionHref version = references.by(rights).fileVersion(BUILD_CONTEXT, named);
        return Optional.of(new BuildOrder.Files(version.repository(), version.number(), Optional.empty()));
    }

    private boolean isSeen(RepositoryId id, Rights rights) {
        return repositories.find(id).filter(rights::sees).isPresent();
    }

    private static Set<Tag> tags(Values values) {
        List<String> several = values.texts(TAGS, List.of());
        if (values.has(TAG) && !several.isEmpty()) {
            throw Problem.field(TAGS, "say tag or tags");
        }
        String one = values.text(TAG, "latest");
        return (several.isEmpty() ? List.of(one) : several)
                .stream()
                        .map(tag -> ActionResource.tag(several.isEmpty() ? TAG : TAGS, tag))
                        .collect(Collectors.toUnmodifiableSet());
    }

    private static List<String> platforms(Values values) {
        List<String> platforms =
                values.texts(PLATFORMS, List.of()).stream().distinct().toList();
        if (platforms.size() > MAX_PLATFORMS) {
            throw Problem.field(PLATFORMS, "an image is built for up to " + MAX_PLATFORMS + " platforms at once");
        }
        return platforms;
    }

    /** No program takes a NUL in its arguments. */
    private static Map<String, String> arguments(Values values, String field) {
        Map<String, String> map = DeclareResource.map(values, field);
        if (map.values().stream().anyMatch(value -> value.indexOf('\0') >= 0)) {
            throw Problem.field(field, "a value has a NUL character");
        }
        map.forEach((name, value) -> {
            if ((name + value).getBytes(StandardCharsets.UTF_8).length > MAX_ARGUMENT) {
                throw Problem.field(field, "a name and its value have at most " + MAX_ARGUMENT + " bytes");
            }
        });
        return map;
    }

    private Optional<String> keep(Values values) {
        Map<String, Secret> decoded = new HashMap<>();
        DeclareResource.map(values, SECRETS).forEach((name, value) -> {
            if (!name.matches(NAME)) {
                throw Problem.field(SECRETS, "an id of a secret has letters, digits, _ . and -, up to 64");
            }
            decoded.put(name, secret(value));
        });
        return decoded.isEmpty() ? Optional.empty() : Optional.of(secrets.keep(decoded));
    }

    private static Secret secret(String value) {
        try {
            byte[] bytes = Base64.getDecoder().decode(value);
            if (bytes.length <= Secret.MAX_BYTES) {
                return new Secret(bytes);
            }
        } catch (IllegalArgumentException e) {
            // Told below, without the value.
        }
        throw Problem.field(SECRETS, "a secret is base64 of at most " + Secret.MAX_BYTES + " bytes");
    }
}
