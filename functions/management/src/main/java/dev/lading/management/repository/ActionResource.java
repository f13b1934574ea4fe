package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.curation.CurationService;
import dev.lading.history.ChangeLog;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListRoom;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.content.ContentModel;
import dev.lading.management.content.ContentReferences;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.task.TaskDispatch;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.TagInvalid;
import dev.lading.oci.Tag;
import dev.lading.operation.RepositoryTasks;
import dev.lading.operation.RepositoryTasks.ManifestCopy;
import dev.lading.operation.RepositoryTasks.OnRepository;
import dev.lading.operation.RepositoryTasks.Promotion;
import dev.lading.operation.RepositoryTasks.Restoration;
import dev.lading.operation.RepositoryTasks.TagCopy;
import dev.lading.operation.RepositoryTasks.Tagging;
import dev.lading.operation.RepositoryTasks.Units;
import dev.lading.operation.RepositoryTasks.Untagging;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.task.Task;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Actions on a repository: each is a task that makes one version, or none if there is nothing to do. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class ActionResource {
    private static final String ONE = RepositoryResource.ONE;
    private static final String HREF = RepositoryResource.HREF;
    private static final String ALL = "*";
    static final Schema TAG_NAME = Schema.TEXT.filled().like("^[A-Za-z0-9][A-Za-z0-9._-]*$");

    private static final Model<Void> TAG =
            new Model<Void>("TagImage").needs("tag", TAG_NAME).needs("digest", Schema.TEXT.filled());
    private static final Model<Void> UNTAG = new Model<Void>("UnTagImage").needs("tag", TAG_NAME);
    private static final Model<Void> MANAGE =
            new Model<Void>("RecursiveManage").takes("content_units", Schema.listOf(Schema.TEXT_OR_ANY));
    private static final Model<Void> COPY_TAGS = new Model<Void>("TagCopy")
            .takes("source_repository", Schema.URI)
            .takes("source_repository_version", Schema.URI)
            .takes("names", Schema.listOf(Schema.TEXT_OR_ANY));
    private static final Model<Void> COPY_MANIFESTS = new Model<Void>("ManifestCopy")
            .takes("source_repository", Schema.URI)
            .takes("source_repository_version", Schema.URI)
            .takes("digests", Schema.listOf(Schema.TEXT_OR_ANY))
            .takes("media_types", Schema.listOf(ContentModel.MEDIA_TYPE));

    public static final List<Model<?>> MODELS = List.of(TAG, UNTAG, MANAGE, COPY_TAGS, COPY_MANIFESTS);

    private final RepositoryService repositories;
    private final VersionService versions;
    private final ContentReferences references;
    private final CurationService curation;
    private final TaskDispatch dispatch;
    private final Pages pages;

    /** Two long ones fit in the heap of a laptop's server; a third would be no sooner on as many processors. */
    private final ListRoom differing = new ListRoom(2 * ChangeLog.MAX_NAMES);

    public ActionResource(
            RepositoryService repositories,
            VersionService versions,
            ContentReferences references,
            CurationService curation,
            TaskDispatch dispatch,
            Pages pages) {
        this.repositories = repositories;
        this.versions = versions;
        this.references = references;
        this.curation = curation;
        this.dispatch = dispatch;
        this.pages = pages;
    }

    private Repository get(String id) {
        return repositories.get(RepositoryResource.id(id));
    }

    private RepositoryView newest(Repository repository) {
        return versions.view(repository.id(), repository.version());
    }

    private <A extends Record & OnRepository> Response start(String name, A arguments, RoutingContext request) {
        return dispatch.start(name, arguments, Reservation.of(arguments.repository()), request);
    }

    private <A extends Record & OnRepository> Response start(
            String name, A arguments, VersionHref source, RoutingContext request) {
        return dispatch.start(name, arguments, reading(arguments.repository(), source), request);
    }

    @POST
    @Path(ONE + "/tag")
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_tag",
            summary = "Set a tag to a manifest of the newest version",
            body = "TagImage",
            answers = "202 AsyncOperationResponse")
    public Response tag(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Repository repository = get(id);
        Values values = Body.read(TAG, request, false);
        Tag tag = tag("tag", values.text("tag"));
        Digest digest = digest("digest", values.text("digest"));
        if (newest(repository).manifest(digest).isEmpty()) {
            throw Problem.field("digest", "the newest version has no manifest " + digest);
        }
        return start(RepositoryTasks.TAG, new Tagging(repository.id(), tag, digest), request);
    }

    @POST
    @Path(ONE + "/untag")
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_untag",
            summary = "Remove a tag",
            body = "UnTagImage",
            answers = "202 AsyncOperationResponse")
    public Response untag(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Repository repository = get(id);
        Tag tag = tag("tag", Body.read(UNTAG, request, false).text("tag"));
        if (newest(repository).tag(tag).isEmpty()) {
            throw Problem.field("tag", "the newest version has no tag " + tag);
        }
        return start(RepositoryTasks.UNTAG, new Untagging(repository.id(), tag), request);
    }

    @POST
    @Path(ONE + "/add")
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_add",
            summary = "Add content with all it needs",
            body = "RecursiveManage",
            answers = "202 AsyncOperationResponse")
    public Response add(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        List<String> named = Body.read(MANAGE, request, false).texts("content_units", List.of());
        var units = new Units(repository, references.by(Access.rights(request)).units("content_units", named), false);
        return start(RepositoryTasks.ADD, units, request);
    }

    /** Removes content; {@value #ALL} alone stands for all of it. */
    @POST
    @Path(ONE + "/remove")
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_remove",
            summary = "Remove content with all that only it needs",
            body = "RecursiveManage",
            answers = "202 AsyncOperationResponse")
    public Response remove(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        List<String> named = Body.read(MANAGE, request, false).texts("content_units", List.of());
        if (named.contains(ALL) && named.size() > 1) {
            throw Problem.field("content_units", "* stands for all content, so nothing goes with it");
        }
        Units units = named.contains(ALL)
                ? new Units(repository, List.of(), true)
                : new Units(repository, references.by(Access.rights(request)).units("content_units", named), false);
        return start(RepositoryTasks.REMOVE, units, request);
    }

    @POST
    @Path(ONE + "/copy_tags")
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_copy_tags",
            summary = "Copy tags of another repository's version, with all they need",
            body = "TagCopy",
            answers = "202 AsyncOperationResponse")
    public Response copyTags(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        Values values = Body.read(COPY_TAGS, request, false);
        VersionHref source = source(values, references.by(Access.rights(request)));
        Optional<Set<Tag>> names = set(values, "names", name -> tag("names", name));
        var copy = new TagCopy(repository, source.repository(), source.number(), names);
        return start(RepositoryTasks.COPY_TAGS, copy, source, request);
    }

    @POST
    @Path(ONE + "/copy_manifests")
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_copy_manifests",
            summary = "Copy manifests of another repository's version, with all they need",
            body = "ManifestCopy",
            answers = "202 AsyncOperationResponse")
    public Response copyManifests(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        Values values = Body.read(COPY_MANIFESTS, request, false);
        VersionHref source = source(values, references.by(Access.rights(request)));
        var copy = new ManifestCopy(
                repository,
                source.repository(),
                source.number(),
                set(values, "digests", digest -> digest("digests", digest)),
                set(values, "media_types", MediaType::new));
        return start(RepositoryTasks.COPY_MANIFESTS, copy, source, request);
    }

    @POST
    @Path(ONE + "/restore")
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_restore",
            summary = "Make the repository hold again what one of its versions holds",
            body = "container.Restore",
            answers = "202 AsyncOperationResponse")
    public Response restore(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Repository repository = get(id);
        Values values = Body.read(DifferenceModel.RESTORE, request, false);
        long number = values.integer("version", Optional.empty()).orElseThrow();
        return dispatch.started(restore(repository, number, VersionModel.note(values), OptionalLong.empty(), request));
    }

    /**
     * Starts the task that makes a repository hold again what one of its versions holds.
     *
     * @param shown the newest version when somebody was shown what changes, from which alone it is done; empty: from any
     */
    public Task restore(
            Repository repository,
            long number,
            Optional<VersionNote> note,
            OptionalLong shown,
            RoutingContext request) {
        if (versions.find(repository.id(), number).isEmpty()) {
            throw Problem.field("version", "the repository has no version " + number);
        }
        var restoration = new Restoration(repository.id(), number, note, shown);
        return dispatch.dispatch(RepositoryTasks.RESTORE, restoration, Reservation.of(repository.id()), request);
    }

    @POST
    @Path(ONE + "/promote")
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_promote",
            summary = "Make the repository hold what a version of another holds, and nothing else",
            body = "container.Promote",
            answers = "202 AsyncOperationResponse")
    public Response promote(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        Values values = Body.read(DifferenceModel.PROMOTE, request, false);
        VersionHref source = source(values, references.by(Access.rights(request)));
        return dispatch.started(promote(repository, source, VersionModel.note(values), OptionalLong.empty(), request));
    }

    /**
     * Starts the task that makes a repository hold what a version of another holds.
     *
     * @param source that the caller may read
     * @param shown the repository's newest version when somebody was shown what changes, from which alone it is done;
     *     empty: from any
     */
    public Task promote(
            RepositoryId repository,
            VersionHref source,
            Optional<VersionNote> note,
            OptionalLong shown,
            RoutingContext request) {
        if (source.repository().equals(repository)) {
            throw Problem.field("source_repository", "a repository is promoted into another; restore within one");
        }
        var promotion = new Promotion(repository, source.repository(), source.number(), note, shown);
        return dispatch.dispatch(RepositoryTasks.PROMOTE, promotion, reading(repository, source), request);
    }

    private static Reservation reading(RepositoryId repository, VersionHref source) {
        return Reservation.of(repository)
                .reading(ResourceType.REPOSITORY.prn(source.repository().value()));
    }

    /** Shows the difference of {@code ?from=3&to=5}: numbers of versions of this repository, or hrefs of any. */
    @GET
    @Path(ONE + "/diff")
    @Right("view_containerrepository")
    @Operation(
            id = "repositories_container_container_diff",
            summary = "List what two versions show differently",
            answers = "200")
    public Response diff(@PathParam(HREF) String id, @Context UriInfo uri, @Context RoutingContext request) {
        RepositoryId repository = get(id).id();
        ContentReferences named = references.by(Access.rights(request));
        VersionHref from = version(repository, "from", uri.getQueryParameters().getFirst("from"), named);
        VersionHref to = version(repository, "to", uri.getQueryParameters().getFirst("to"), named);
        ListingSource<DifferenceModel.Entry> differences = ListingSource.of(
                () -> curation.differences(from.repository(), from.number(), to.repository(), to.number())
                        .flatMap(DifferenceModel::entry));
        if (from.repository().equals(to.repository())) {
            RepositoryView before = references.view(from);
            RepositoryView after = references.view(to);
            differences.orByKeys(
                    DifferenceModel.NAMES,
                    () -> versions.names(before, after),
                    name -> ChangeLog.difference(before, after, name).stream()
                            .flatMap(DifferenceModel::entry)
                            .findFirst());
        }
        boolean isOneChange = from.repository().equals(to.repository()) && Math.abs(from.number() - to.number()) <= 1;
        return differing.read(
                isOneChange ? 0 : ChangeLog.MAX_NAMES, () -> pages.page(DifferenceModel.LIST, differences, uri));
    }

    private static VersionHref version(
            RepositoryId repository, String parameter, @Nullable String text, ContentReferences references) {
        if (text == null) {
            throw Problem.field(parameter, "give the number or the href of a version");
        }
        return references.version(
                parameter,
                text.matches("[0-9]{1,10}") ? new VersionHref(repository, Long.parseLong(text)).toString() : text);
    }

    private static VersionHref source(Values values, ContentReferences references) {
        return version("source_repository", values, references);
    }

    /** The version that a field of its own names, or the newest of the repository that the field names. */
    static VersionHref version(String field, Values values, ContentReferences references) {
        String ofVersion = field + "_version";
        Optional<String> repository = values.text(field, Optional.empty());
        Optional<String> version = values.text(ofVersion, Optional.empty());
        if (repository.isPresent() == version.isPresent()) {
            throw Problem.body("give " + field + " or " + ofVersion);
        }
        return version.map(href -> references.version(ofVersion, href))
                .orElseGet(() -> references.version(field, repository.orElseThrow()));
    }

    private static <T> Optional<Set<T>> set(Values values, String field, Function<String, T> parse) {
        return values.has(field)
                ? Optional.of(
                        values.texts(field, List.of()).stream().map(parse).collect(Collectors.toUnmodifiableSet()))
                : Optional.empty();
    }

    static Tag tag(String field, String text) {
        try {
            return new Tag(text);
        } catch (TagInvalid e) {
            throw Problem.field(field, e.getMessage());
        }
    }

    static Digest digest(String field, String text) {
        try {
            return Digest.parse(text);
        } catch (DigestInvalid e) {
            throw Problem.field(field, e.getMessage());
        }
    }
}
