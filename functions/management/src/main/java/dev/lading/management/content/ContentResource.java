package dev.lading.management.content;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.content.BlobService;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.content.UnitLabels;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.ListRoom;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.ListingSource.Counted;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.content.ContentModel.Shown;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Memo;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.Tag;
import dev.lading.operation.VersionHref;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code content/}: tags, manifests and blobs in all repositories. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class ContentResource {
    private static final String LIST = "content";
    private static final String TAG = "container_tag_href";
    private static final String MANIFEST = "container_manifest_href";
    private static final String BLOB = "container_blob_href";
    private static final String SIGNATURE = "container_manifest_signature_href";
    /** Filters that name versions. */
    private static final Set<String> OF_VERSIONS = Set.of(
            ContentLists.IN_VERSION, ContentLists.ADDED, ContentLists.REMOVED, "added_between", "removed_between");

    private static final String LABELLING = "manage_content_labels";

    /** Units of a large registry: each of two such lists has this much room. */
    private static final int EVERYWHERE = 100_000;

    private final ContentService content;
    private final ManifestService manifests;
    private final BlobService blobs;
    private final UnitLabels labels;
    private final ContentReferences references;
    private final ContentLists lists;
    private final VisibleObjects visible;
    private final Pages pages;

    /** Lists of all that a user may see keep what they showed, since repositories share it. */
    private final ListRoom everywhere = new ListRoom(2 * EVERYWHERE);

    public ContentResource(
            ContentService content,
            ManifestService manifests,
            BlobService blobs,
            UnitLabels labels,
            ContentReferences references,
            ContentLists lists,
            VisibleObjects visible,
            Pages pages) {
        this.content = content;
        this.manifests = manifests;
        this.blobs = blobs;
        this.labels = labels;
        this.references = references;
        this.lists = lists;
        this.visible = visible;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "content_list", summary = "List content of all types", answers = "200")
    public Response listAll(@Context UriInfo uri, @Context RoutingContext request) {
        return page(lists.anyContent, List.of(ContentKind.values()), uri, Access.rights(request));
    }

    @GET
    @Path(LIST + "/container/tags")
    @Right(Right.BY_CALLER)
    @Operation(id = "content_container_tags_list", summary = "List tags, newest first", answers = "200")
    public Response listTags(@Context UriInfo uri, @Context RoutingContext request) {
        return page(lists.tags, List.of(ContentKind.TAG), uri, Access.rights(request));
    }

    @GET
    @Path(LIST + "/container/manifests")
    @Right(Right.BY_CALLER)
    @Operation(id = "content_container_manifests_list", summary = "List manifests, newest first", answers = "200")
    public Response listManifests(@Context UriInfo uri, @Context RoutingContext request) {
        return page(lists.manifests, List.of(ContentKind.MANIFEST), uri, Access.rights(request));
    }

    @GET
    @Path(LIST + "/container/blobs")
    @Right(Right.BY_CALLER)
    @Operation(id = "content_container_blobs_list", summary = "List blobs, newest first", answers = "200")
    public Response listBlobs(@Context UriInfo uri, @Context RoutingContext request) {
        return page(lists.blobs, List.of(ContentKind.BLOB), uri, Access.rights(request));
    }

    @GET
    @Path(LIST + "/container/signatures")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_signatures_list",
            summary = "List signatures kept beside manifests, of which there are none",
            answers = "200")
    public Response listSignatures(@Context UriInfo uri, @Context RoutingContext request) {
        return page(lists.signatures, List.of(), uri, Access.rights(request));
    }

    private Response page(Listing<Shown> listing, List<ContentKind> kinds, UriInfo uri, Rights rights) {
        if (rights.caller().isPresent()) {
            ListingSource<Shown> seen = seen(kinds, rights, uri.getQueryParameters());
            int kept = source(uri.getQueryParameters()).isPresent() ? 0 : EVERYWHERE;
            return everywhere.read(kept, () -> pages.page(listing, seen, uri));
        }
        MultivaluedMap<String, String> query = uri.getQueryParameters();
        Optional<String> source = source(query);
        ListingSource<Shown> units = ListingSource.of(() -> kinds.stream()
                .flatMap(kind -> source.isPresent()
                        ? units(source.get(), query.getFirst(source.get()), kind)
                        : content.all(kind))
                .map(this::shown));
        source.ifPresent(filter -> ofVersion(units, filter, query.getFirst(filter), kinds));
        if (source.isEmpty()) {
            units.by(
                    "digest",
                    text -> kinds.stream()
                            .flatMap(kind -> withDigest(kind, text))
                            .map(this::shown));
            Function<String, Stream<Shown>> named = reference ->
                    kinds.stream().flatMap(kind -> named(kind, reference)).map(this::shown);
            units.by("pulp_href", named).by("prn", named);
        }
        return pages.page(listing, units, source.map(Set::of).orElse(Set.of()), uri);
    }

    /** The filter that names the version to read content of. */
    private static Optional<String> source(MultivaluedMap<String, String> query) {
        return Stream.of(ContentLists.IN_VERSION, ContentLists.ADDED, ContentLists.REMOVED)
                .filter(query::containsKey)
                .findFirst();
    }

    /**
     * What a user sees: the content of the newest versions of repositories that they see; of any version that a filter
     * names, if they may read it.
     */
    private ListingSource<Shown> seen(List<ContentKind> kinds, Rights rights, MultivaluedMap<String, String> query) {
        ContentReferences named = references.by(rights);
        boolean readsAll = query.entrySet().stream()
                .filter(parameter -> OF_VERSIONS.contains(parameter.getKey()))
                .flatMap(parameter -> parameter.getValue().stream())
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .allMatch(reference -> named.reads(reference));
        if (!readsAll) {
            return ListingSource.of(Stream::empty);
        }
        Optional<String> source = source(query);
        return ListingSource.of(() -> kinds.stream()
                .flatMap(kind -> source.isPresent()
                        ? units(source.get(), query.getFirst(source.get()), kind)
                        : newest(kind, rights))
                .map(this::shown));
    }

    private Stream<ContentUnit> newest(ContentKind kind, Rights rights) {
        Set<UUID> seen = new HashSet<>();
        return visible.repositories(rights)
                .flatMap(each -> content.in(each.id(), each.version(), kind))
                .flatMap(row -> row.unit().stream())
                .filter(unit -> seen.add(unit.id()));
    }

    /** Adds ways to read only what a page shows of what a version holds or added. */
    private void ofVersion(
            ListingSource<Shown> units, String filter, @Nullable String reference, List<ContentKind> kinds) {
        boolean whole = filter.equals(ContentLists.IN_VERSION);
        if (filter.equals(ContentLists.REMOVED) || reference == null) {
            return;
        }
        var version = new Memo<>(() -> references.version(filter, reference));
        if (whole && kinds.size() == 1) {
            ContentKind kind = kinds.getFirst();
            units.by(
                    nameOf(kind),
                    text -> isName(kind, text)
                            ? shown(content.in(
                                    version.get().repository(), version.get().number(), kind, List.of(text)))
                            : Stream.empty());
        }
        units.pages((order, offset, limit) -> {
            if (order.isEmpty()) {
                return newest(version.get(), whole, kinds, offset, limit);
            }
            return whole && kinds.size() == 1 && order.get().equals(nameOf(kinds.getFirst()))
                    ? Optional.of(byName(version.get(), kinds.getFirst(), offset, limit))
                    : Optional.empty();
        });
    }

    private Optional<Counted<Shown>> newest(
            VersionHref version, boolean whole, List<ContentKind> kinds, long offset, int limit) {
        return (whole
                        ? content.newestIn(version.repository(), version.number(), kinds, offset + limit)
                        : content.newestAdded(version.repository(), version.number(), kinds, offset + limit))
                .map(newest -> new Counted<>(
                        shown(newest.first().stream().skip(offset)).toList(), newest.count()));
    }

    /** Rows are in the order of their names. */
    private Counted<Shown> byName(VersionHref version, ContentKind kind, long offset, int limit) {
        return new Counted<>(
                shown(content.in(version.repository(), version.number(), kind)
                                .skip(offset)
                                .limit(limit))
                        .toList(),
                content.count(version.repository(), version.number(), List.of(kind)));
    }

    /** The filter and order by the names of a kind's rows. */
    private static String nameOf(ContentKind kind) {
        return kind == ContentKind.TAG ? "name" : "digest";
    }

    private static boolean isName(ContentKind kind, String text) {
        return kind == ContentKind.TAG ? Tag.isValid(text) : digest(text).isPresent();
    }

    private Stream<Shown> shown(Stream<Content> rows) {
        return rows.flatMap(row -> row.unit().stream()).map(this::shown);
    }

    /** Units that a version holds, added or removed. */
    private Stream<ContentUnit> units(String filter, String reference, ContentKind kind) {
        VersionHref version = references.version(filter, reference);
        Stream<Content> rows = switch (filter) {
            case ContentLists.ADDED -> content.added(version.repository(), version.number(), kind);
            case ContentLists.REMOVED -> content.removed(version.repository(), version.number(), kind);
            default -> content.in(version.repository(), version.number(), kind);
        };
        return rows.flatMap(row -> row.unit().stream());
    }

    private Stream<ContentUnit> named(ContentKind kind, String reference) {
        return ContentReferences.kind(kind).id(reference).flatMap(id -> content.find(kind, id)).stream();
    }

    private Stream<ContentUnit> withDigest(ContentKind kind, String text) {
        return digest(text).stream()
                .flatMap(digest -> kind == ContentKind.TAG
                        ? content.tagsOn(digest)
                        : content.find(kind, digest.toString()).stream());
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (DigestInvalid e) {
            return Optional.empty();
        }
    }

    private Shown shown(ContentUnit unit) {
        Supplier<Optional<ManifestDetail>> manifest = new Memo<>(() -> unit.kind() == ContentKind.BLOB
                ? Optional.empty()
                : content.manifest(unit.digest()).map(entry -> new ManifestDetail(entry, content, manifests, blobs)));
        return new Shown(
                unit,
                new Memo<>(() -> labels.of(unit.id())),
                manifest,
                () -> content.find(ContentKind.MANIFEST, unit.digest().toString())
                        .map(ContentReferences::href));
    }

    @GET
    @Path(LIST + "/container/tags/{" + TAG + "}")
    @Right(Right.BY_CALLER)
    @Operation(id = "content_container_tags_read", summary = "Show a tag", answers = "200 container.TagResponse")
    public Response readTag(@PathParam(TAG) String id, @Context UriInfo uri, @Context RoutingContext request) {
        return render(ContentModel.TAG, unit(ContentKind.TAG, id, request), uri);
    }

    @GET
    @Path(LIST + "/container/manifests/{" + MANIFEST + "}")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_manifests_read",
            summary = "Show a manifest",
            answers = "200 container.ManifestResponse")
    public Response readManifest(
            @PathParam(MANIFEST) String id, @Context UriInfo uri, @Context RoutingContext request) {
        return render(ContentModel.MANIFEST, unit(ContentKind.MANIFEST, id, request), uri);
    }

    @GET
    @Path(LIST + "/container/blobs/{" + BLOB + "}")
    @Right(Right.BY_CALLER)
    @Operation(id = "content_container_blobs_read", summary = "Show a blob", answers = "200 container.BlobResponse")
    public Response readBlob(@PathParam(BLOB) String id, @Context UriInfo uri, @Context RoutingContext request) {
        return render(ContentModel.BLOB, unit(ContentKind.BLOB, id, request), uri);
    }

    @GET
    @Path(LIST + "/container/signatures/{" + SIGNATURE + "}")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_signatures_read",
            summary = "Show a signature, of which there are none",
            answers = "200 container.ManifestSignatureResponse")
    public Response readSignature(@PathParam(SIGNATURE) String id) {
        throw Problem.notFound();
    }

    private ContentUnit unit(ContentKind kind, String id, RoutingContext request) {
        ContentReferences seen = references.by(Access.rights(request));
        return content.find(kind, ResourceModel.pathId(id)).filter(seen::sees).orElseThrow(Problem::notFound);
    }

    /** Content to label, which needs a right of its own beside seeing it. */
    private ContentUnit labelled(ContentKind kind, String id, RoutingContext request) {
        ContentUnit unit = unit(kind, id, request);
        Access.requireOnEverything(request, LABELLING);
        return unit;
    }

    private Response render(Model<Shown> model, ContentUnit unit, UriInfo uri) {
        return Responses.ok(model, shown(unit), uri);
    }

    @POST
    @Path(LIST + "/container/tags/{" + TAG + "}/set_label")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_tags_set_label",
            summary = "Set a label of a tag",
            body = "SetLabel",
            answers = "200 SetLabelResponse")
    public Response setTagLabel(@PathParam(TAG) String id, @Context RoutingContext request) throws IOException {
        return setLabel(labelled(ContentKind.TAG, id, request), request);
    }

    @POST
    @Path(LIST + "/container/tags/{" + TAG + "}/unset_label")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_tags_unset_label",
            summary = "Take a label from a tag",
            body = "UnsetLabel",
            answers = "200 UnsetLabelResponse")
    public Response unsetTagLabel(@PathParam(TAG) String id, @Context RoutingContext request) throws IOException {
        return unsetLabel(labelled(ContentKind.TAG, id, request), request);
    }

    @POST
    @Path(LIST + "/container/manifests/{" + MANIFEST + "}/set_label")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_manifests_set_label",
            summary = "Set a label of a manifest",
            body = "SetLabel",
            answers = "200 SetLabelResponse")
    public Response setManifestLabel(@PathParam(MANIFEST) String id, @Context RoutingContext request)
            throws IOException {
        return setLabel(labelled(ContentKind.MANIFEST, id, request), request);
    }

    @POST
    @Path(LIST + "/container/manifests/{" + MANIFEST + "}/unset_label")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_manifests_unset_label",
            summary = "Take a label from a manifest",
            body = "UnsetLabel",
            answers = "200 UnsetLabelResponse")
    public Response unsetManifestLabel(@PathParam(MANIFEST) String id, @Context RoutingContext request)
            throws IOException {
        return unsetLabel(labelled(ContentKind.MANIFEST, id, request), request);
    }

    @POST
    @Path(LIST + "/container/blobs/{" + BLOB + "}/set_label")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_blobs_set_label",
            summary = "Set a label of a blob",
            body = "SetLabel",
            answers = "200 SetLabelResponse")
    public Response setBlobLabel(@PathParam(BLOB) String id, @Context RoutingContext request) throws IOException {
        return setLabel(labelled(ContentKind.BLOB, id, request), request);
    }

    @POST
    @Path(LIST + "/container/blobs/{" + BLOB + "}/unset_label")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_blobs_unset_label",
            summary = "Take a label from a blob",
            body = "UnsetLabel",
            answers = "200 UnsetLabelResponse")
    public Response unsetBlobLabel(@PathParam(BLOB) String id, @Context RoutingContext request) throws IOException {
        return unsetLabel(labelled(ContentKind.BLOB, id, request), request);
    }

    @POST
    @Path(LIST + "/container/signatures/{" + SIGNATURE + "}/set_label")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_signatures_set_label",
            summary = "Set a label of a signature, of which there are none",
            body = "SetLabel",
            answers = "200 SetLabelResponse")
    public Response setSignatureLabel(@PathParam(SIGNATURE) String id) {
        throw Problem.notFound();
    }

    @POST
    @Path(LIST + "/container/signatures/{" + SIGNATURE + "}/unset_label")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_container_signatures_unset_label",
            summary = "Take a label from a signature, of which there are none",
            body = "UnsetLabel",
            answers = "200 UnsetLabelResponse")
    public Response unsetSignatureLabel(@PathParam(SIGNATURE) String id) {
        throw Problem.notFound();
    }

    private Response setLabel(ContentUnit unit, RoutingContext request) throws IOException {
        return LabelActions.set(LabelActions.OK, request, change -> labels.change(unit.id(), change));
    }

    private Response unsetLabel(ContentUnit unit, RoutingContext request) throws IOException {
        return LabelActions.unset(LabelActions.OK, request, change -> labels.change(unit.id(), change));
    }
}
