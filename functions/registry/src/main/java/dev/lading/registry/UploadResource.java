package dev.lading.registry;

import dev.lading.access.Authorizer;
import dev.lading.access.Caller;
import dev.lading.access.Check;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Tokens;
import dev.lading.blob.BlobKey;
import dev.lading.content.BlobService;
import dev.lading.http.AccessFilter;
import dev.lading.http.RegistryHeaders;
import dev.lading.http.RegistryUrls;
import dev.lading.http.RequestBody;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.SizeInvalid;
import dev.lading.oci.RegistryException.UploadOutOfOrder;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.upload.Chunk;
import dev.lading.upload.Upload;
import dev.lading.upload.UploadService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code /v2/<name>/blobs/uploads/}. Source: distribution-spec v1.1, end-4 to end-6, end-11 and end-13. */
@Path("/v2")
public class UploadResource {
    private static final Logger LOG = Logger.getLogger(UploadResource.class);
    private static final String COLLECTION = "/{name}/blobs/uploads";
    private static final String UPLOAD = COLLECTION + "/{upload}";

    /** Chunk size advised to clients; smaller chunks are accepted and only cost more requests. */
    private static final int CHUNK_MIN_BYTES = 4096;

    /**
     * A quarter of the smallest part that S3 takes, so that four chunks are one. Clients may send more in a request, and
     * the conformance suite sends three times as much: 4 MiB announced would be 12, which neither gateway nor function
     * takes (10 MB, and 6 MB as Base64).
     */
    private static final int GATEWAY_CHUNK_MIN_BYTES = 5 * 1024 * 1024 / 4;

    private static final Pattern CONTENT_RANGE = Pattern.compile("(?:bytes )?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

    private final UploadService uploads;
    private final BlobService blobs;
    private final Authorizer authorizer;
    private final Tokens tokens;
    private final RegistryUrls urls;
    private final int chunkMinBytes;

    public UploadResource(
            UploadService uploads,
            BlobService blobs,
            Authorizer authorizer,
            Tokens tokens,
            RegistryUrls urls,
            RegistrySettings settings) {
        this.uploads = uploads;
        this.blobs = blobs;
        this.authorizer = authorizer;
        this.tokens = tokens;
        this.urls = urls;
        this.chunkMinBytes = settings.behindGateway() ? GATEWAY_CHUNK_MIN_BYTES : CHUNK_MIN_BYTES;
    }

    /**
     * Begins an upload; with {@code mount}, tries that first; with {@code digest}, the body is the whole blob. An
     * impossible mount is no error: clients name other registries' repositories, whose names may be invalid here.
     */
    @Needs(Permission.PUSH)
    @POST
    @Path(COLLECTION)
    public Response post(
            @PathParam("name") String nameText,
            @QueryParam("mount") @Nullable String mount,
            @QueryParam("from") @Nullable String from,
            @QueryParam("digest") @Nullable String digest,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long length,
            @Context ContainerRequestContext request,
            @Context RoutingContext http)
            throws IOException {
        RepositoryName name = new RepositoryName(nameText);
        UriInfo uri = request.getUriInfo();
        Optional<Digest> mounted =
                wanted(mount).filter(wanted -> mount(name, wanted, from, AccessFilter.caller(request)));
        if (mounted.isPresent()) {
            return created(uri, name, mounted.get());
        }
        if (digest != null) {
            Digest named = Digest.parse(digest);
            wholeBlob(name, named, new Chunk(OptionalLong.empty(), announced(length), RequestBody.of(http)));
            return created(uri, name, named);
        }
        Upload upload = uploads.begin(name, AccessFilter.caller(request).principal());
        return progress(Response.Status.ACCEPTED, request, name, upload.key(), 0)
                .header(RegistryHeaders.CHUNK_MIN_LENGTH, chunkMinBytes)
                .build();
    }

    /** Stores a blob of one request. What is left of it when that fails ends with it: no client knows its location. */
    private void wholeBlob(RepositoryName name, Digest digest, Chunk content) throws IOException {
        BlobKey key = uploads.begin(name).key();
        try {
            uploads.finish(name, key, content, digest);
        } catch (IOException | RuntimeException e) {
            try {
                uploads.cancel(name, key);
            } catch (IOException | RuntimeException left) {
                // It has ended already, or the sweep will end it.
                LOG.debugf("%s is left to the sweep: %s", key, left.getMessage());
            }
            throw e;
        }
    }

    /** The digest to mount; empty: none, or of an algorithm that no blob here has. */
    private static Optional<Digest> wanted(@Nullable String mount) {
        return mount == null || mount.isEmpty() || Digest.isOfUnknownAlgorithm(mount)
                ? Optional.empty()
                : Optional.of(Digest.parse(mount));
    }

    private boolean mount(RepositoryName name, Digest wanted, @Nullable String from, Caller caller) {
        if (from != null && !from.isEmpty() && !RepositoryName.isValid(from)) {
            return false;
        }
        Optional<RepositoryName> source =
                Optional.ofNullable(from).filter(f -> !f.isEmpty()).map(RepositoryName::new);
        return blobs.mount(name, wanted, source, other -> authorizer.allows(caller, Check.pull(other)));
    }

    @Needs(Permission.UPLOAD_STATE)
    @GET
    @Path(UPLOAD)
    public Response get(
            @PathParam("name") String nameText,
            @PathParam("upload") String upload,
            @QueryParam("_state") @Nullable String state,
            @Context ContainerRequestContext request) {
        RepositoryName name = new RepositoryName(nameText);
        BlobKey key = authorized(name, upload, state).upload();
        return progress(Response.Status.NO_CONTENT, request, name, key, uploads.sizeBytes(name, key))
                .build();
    }

    /**
     * Appends a chunk at the location where the upload ends, and refuses it at an earlier one: there it is a repetition
     * by a client that missed the answer. A Content-Range overrides the location.
     */
    @Needs(Permission.UPLOAD_STATE)
    @PATCH
    @Path(UPLOAD)
    public Response patch(
            @PathParam("name") String nameText,
            @PathParam("upload") String upload,
            @QueryParam("_state") @Nullable String state,
            @HeaderParam("Content-Range") @Nullable String range,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long length,
            @Context ContainerRequestContext request,
            @Context RoutingContext http)
            throws IOException {
        RepositoryName name = new RepositoryName(nameText);
        Place place = authorized(name, upload, state);
        long stored = uploads.append(name, place.upload(), chunk(name, place, range, length, http));
        return progress(Response.Status.ACCEPTED, request, name, place.upload(), stored)
                .build();
    }

    /**
     * Ends an upload, with a last chunk as of {@link #patch}. Without one any location will do, since the digest tells
     * whether all is there. Idempotent: repeated by a client that missed the answer, it succeeds as long as the
     * repository has the blob.
     */
    @Needs(Permission.UPLOAD_STATE)
    @PUT
    @Path(UPLOAD)
    public Response put(
            @PathParam("name") String nameText,
            @PathParam("upload") String upload,
            @QueryParam("_state") @Nullable String state,
            @QueryParam("digest") @Nullable String digest,
            @HeaderParam("Content-Range") @Nullable String range,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long length,
            @Context UriInfo uri,
            @Context RoutingContext http)
            throws IOException {
        RepositoryName name = new RepositoryName(nameText);
        Place place = authorized(name, upload, state);
        if (digest == null) {
            throw new DigestInvalid("");
        }
        Digest named = Digest.parse(digest);
        Place last = length != null && length == 0 ? place.anywhere() : place;
        try {
            uploads.finish(name, place.upload(), chunk(name, last, range, length, http), named);
        } catch (UploadUnknown finished) {
            if (!blobs.holds(name, named)) {
                throw finished;
            }
        }
        return created(uri, name, named);
    }

    @Needs(Permission.UPLOAD_STATE)
    @DELETE
    @Path(UPLOAD)
    public Response delete(
            @PathParam("name") String nameText,
            @PathParam("upload") String upload,
            @QueryParam("_state") @Nullable String state)
            throws IOException {
        RepositoryName name = new RepositoryName(nameText);
        uploads.cancel(name, authorized(name, upload, state).upload());
        return Response.noContent().build();
    }

    /**
     * The upload and offset that a location names.
     *
     * @param offset empty: the upload's end
     */
    private record Place(BlobKey upload, OptionalLong offset) {
        Place anywhere() {
            return new Place(upload, OptionalLong.empty());
        }
    }

    private Place authorized(RepositoryName name, String upload, @Nullable String state) {
        if (state == null || !BlobKey.isValid(upload)) {
            throw new UploadUnknown();
        }
        BlobKey key = new BlobKey(upload);
        return new Place(key, tokens.checkUpload(state, name, key));
    }

    /**
     * The chunk of a request; a range out of order is answered 416. Source: distribution-spec v1.1, "Pushing a blob in
     * chunks".
     */
    private Chunk chunk(
            RepositoryName name, Place place, @Nullable String range, @Nullable Long length, RoutingContext http) {
        OptionalLong announced = announced(length);
        if (range == null) {
            return new Chunk(place.offset(), announced, RequestBody.of(http));
        }
        Matcher matcher = CONTENT_RANGE.matcher(range.strip());
        if (!matcher.matches()) {
            throw new UploadOutOfOrder(
                    uploads.sizeBytes(name, place.upload()), "'" + range + "' is not a Content-Range");
        }
        long first = Long.parseLong(matcher.group(1));
        long bytes = Long.parseLong(matcher.group(2)) - first + 1;
        if (bytes < 0 || (announced.isPresent() && announced.getAsLong() != bytes)) {
            throw new SizeInvalid("Content-Range '" + range + "' does not fit the Content-Length");
        }
        return new Chunk(OptionalLong.of(first), OptionalLong.of(bytes), RequestBody.of(http));
    }

    private static OptionalLong announced(@Nullable Long length) {
        return length == null ? OptionalLong.empty() : OptionalLong.of(length);
    }

    private Response created(UriInfo uri, RepositoryName name, Digest digest) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, urls.blob(uri, name, digest))
                .header(RegistryHeaders.CONTENT_DIGEST, digest)
                .build();
    }

    private Response.ResponseBuilder progress(
            Response.Status status, ContainerRequestContext request, RepositoryName name, BlobKey key, long stored) {
        String state = tokens.upload(name, key, stored, uploads.expiry());
        return Response.status(status)
                .header(HttpHeaders.LOCATION, urls.upload(request, name, key, state))
                .header("Range", RegistryHeaders.range(stored))
                .header(RegistryHeaders.UPLOAD_UUID, key);
    }
}
