package dev.lading.management.content;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.blob.BlobRecord;
import dev.lading.content.ArtifactService;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.operation.ResourceType;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.function.Function;
import java.util.stream.Stream;

/** {@code artifacts/}: stored bytes, for administrators. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class ArtifactResource {
    private static final String LIST = "artifacts";
    private static final String HREF = "artifact_href";

    private final ArtifactService artifacts;
    private final ContentLists lists;
    private final Pages pages;

    public ArtifactResource(ArtifactService artifacts, ContentLists lists, Pages pages) {
        this.artifacts = artifacts;
        this.lists = lists;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Operation(id = "artifacts_list", summary = "List stored bytes, newest first", answers = "200")
    public Response list(@Context UriInfo uri) {
        ListingSource<BlobRecord> all = ListingSource.of(artifacts::all);
        Function<String, Stream<BlobRecord>> named =
                reference -> ResourceType.ARTIFACT.id(reference).flatMap(artifacts::find).stream();
        all.by("pulp_href", named).by("prn", named);
        all.by("pulp_id", id -> ResourceType.uuid(id).flatMap(artifacts::find).stream());
        all.by(Digest.SHA256, hex -> stored(Digest.SHA256, hex));
        all.by(Digest.SHA512, hex -> stored(Digest.SHA512, hex));
        return pages.page(lists.artifacts, all, uri);
    }

    private Stream<BlobRecord> stored(String algorithm, String hex) {
        try {
            return artifacts.find(new Digest(algorithm, hex)).stream();
        } catch (DigestInvalid e) {
            return Stream.empty();
        }
    }

    @GET
    @Path(LIST + "/{" + HREF + "}")
    @Operation(id = "artifacts_read", summary = "Show stored bytes", answers = "200 ArtifactResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        BlobRecord bytes = artifacts.find(ResourceModel.pathId(id)).orElseThrow(Problem::notFound);
        return Responses.ok(ArtifactModel.ARTIFACT, bytes, uri);
    }
}
