package dev.lading.registry;

import dev.lading.access.Authorizer;
import dev.lading.access.Caller;
import dev.lading.access.Check;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.RegistrySettings;
import dev.lading.build.BuildPasses;
import dev.lading.content.LastPulls;
import dev.lading.content.ManifestService;
import dev.lading.content.ThroughManifests;
import dev.lading.content.ThroughManifests.Served;
import dev.lading.content.ThroughManifests.ToAsk;
import dev.lading.history.Pull;
import dev.lading.history.row.ManifestEntry;
import dev.lading.http.AccessFilter;
import dev.lading.http.RegistryHeaders;
import dev.lading.http.RegistryUrls;
import dev.lading.http.RequestBody;
import dev.lading.http.late.Later;
import dev.lading.http.mirror.Mirrored;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.ManifestNotAcceptable;
import dev.lading.oci.RegistryException.ManifestTooLarge;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.remote.PullThroughCounter;
import dev.lading.remote.PullThroughCounts;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
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
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** {@code /v2/<name>/manifests/<reference>}. Source: distribution-spec v1.1, end-3, end-7 and end-9. */
@Path("/v2")
public class ManifestResource {
    private static final String PATH = "/{name}/manifests/{reference}";

    private final ManifestService manifests;
    private final ThroughManifests through;
    private final PullThroughCounts counts;
    private final LastPulls lastPulls;
    private final BuildPasses builds;
    private final Authorizer authorizer;
    private final RegistryUrls urls;
    private final RegistrySettings settings;

    public ManifestResource(
            ManifestService manifests,
            ThroughManifests through,
            PullThroughCounts counts,
            LastPulls lastPulls,
            BuildPasses builds,
            Authorizer authorizer,
            RegistryUrls urls,
            RegistrySettings settings) {
        this.manifests = manifests;
        this.through = through;
        this.counts = counts;
        this.lastPulls = lastPulls;
        this.builds = builds;
        this.authorizer = authorizer;
        this.urls = urls;
        this.settings = settings;
    }

    @Needs(Permission.PULL)
    @Mirrored
    @GET
    @Path(PATH)
    public Response get(
            @PathParam("reference") String reference,
            @HeaderParam(HttpHeaders.ACCEPT) List<String> accept,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) List<String> known,
            @Context ContainerRequestContext request,
            @Context RoutingContext http)
            throws IOException {
        // A pull through is answered when the request is no more.
        Caller caller = AccessFilter.caller(request);
        Pull pull = AccessFilter.pulled(request);
        return answer(reference, accept, request, http, manifest -> {
            if (IfNoneMatch.has(known, manifest.digest())) {
                return found(Response.Status.NOT_MODIFIED, manifest);
            }
            noteOf(caller, pull, manifest);
            Optional<java.nio.file.Path> file = manifests.file(manifest);
            Object body =
                    file.isPresent() ? new PathPart(file.get(), 0, manifest.sizeBytes()) : manifests.body(manifest);
            return found(Response.Status.OK, manifest).entity(body);
        });
    }

    /** A build's bases are what it pulled. */
    private void noteOf(Caller caller, Pull pull, ManifestEntry manifest) {
        if (caller instanceof Caller.Bearer bearer && bearer.build().isPresent()) {
            builds.note(bearer.build().get(), pull.name(), manifest.digest());
        }
    }

    @Needs(Permission.PULL)
    @Mirrored
    @HEAD
    @Path(PATH)
    public Response head(
            @PathParam("reference") String reference,
            @HeaderParam(HttpHeaders.ACCEPT) List<String> accept,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) List<String> known,
            @Context ContainerRequestContext request,
            @Context RoutingContext http)
            throws IOException {
        if (settings.behindGateway()) {
            return get(reference, accept, known, request, http);
        }
        return answer(
                reference,
                accept,
                request,
                http,
                manifest -> IfNoneMatch.has(known, manifest.digest())
                        ? found(Response.Status.NOT_MODIFIED, manifest)
                        : found(Response.Status.OK, manifest).header(HttpHeaders.CONTENT_LENGTH, manifest.sizeBytes()));
    }

    /** Renders a manifest that was found. */
    @FunctionalInterface
    private interface Rendering {
        Response.ResponseBuilder of(ManifestEntry manifest) throws IOException;
    }

    private Response answer(
            String text, List<String> accept, ContainerRequestContext request, RoutingContext http, Rendering rendering)
            throws IOException {
        Reference reference = Reference.parse(text);
        Pull pull = AccessFilter.pulled(request);
        if (pull.through().isEmpty()) {
            return rendering
                    .of(acceptable(reference, accept, manifests.get(pull, reference)))
                    .build();
        }
        PullThroughCounter counter = counts.of(pull.through().get().remote());
        Later.Rendering<Served> served =
                found -> CopyWarning.add(rendering.of(acceptable(reference, accept, found.manifest())), found.warning())
                        .build();
        return switch (through.known(pull, reference)) {
            case Served here ->
                counted(http, counter, Optional.of(here.manifest()), served).of(here);
            case ToAsk asking -> {
                Caller caller = AccessFilter.caller(request);
                var counted = counted(http, counter, asking.held(), served);
                if (authorizer.allows(caller, Check.fetch(pull))) {
                    String principal = AccessFilter.countedFor(request, http.request());
                    throw Later.after(through.ask(pull, reference, asking, principal), counted);
                }
                if (asking.held().isEmpty()) {
                    authorizer.require(caller, Check.fetch(pull));
                }
                yield counted.of(new Served(asking.held().orElseThrow(), Optional.empty()));
            }
        };
    }

    /** Notes pulls, and counts answers: as hits, those with what was held. */
    private Later.Rendering<Served> counted(
            RoutingContext http,
            PullThroughCounter counter,
            Optional<ManifestEntry> held,
            Later.Rendering<Served> rendering) {
        return found -> {
            ManifestEntry manifest = found.manifest();
            Response answer = rendering.of(found);
            long bytes = answer.hasEntity() ? manifest.sizeBytes() : 0;
            if (held.filter(known -> known.digest().equals(manifest.digest())).isPresent()) {
                counter.hit();
            } else {
                counter.missed();
            }
            ServedBytes.count(http, settings, counter, bytes);
            found.warning().ifPresent(why -> counter.stale());
            lastPulls.pulled(manifest);
            return answer;
        };
    }

    private static ManifestEntry acceptable(Reference reference, List<String> accept, ManifestEntry manifest) {
        if (!Accept.parse(accept).takes(manifest.mediaType())) {
            throw new ManifestNotAcceptable(reference, manifest.mediaType());
        }
        return manifest;
    }

    private static Response.ResponseBuilder found(Response.Status status, ManifestEntry manifest) {
        return Response.status(status)
                .header(HttpHeaders.CONTENT_TYPE, manifest.mediaType().value())
                .header(HttpHeaders.ETAG, IfNoneMatch.tag(manifest.digest()))
                .header(RegistryHeaders.CONTENT_DIGEST, manifest.digest());
    }

    /**
     * @param tags the manifest's tags besides the reference. Source: distribution-spec, "Pushing manifests", after v1.1
     */
    @Needs(Permission.PUSH)
    @PUT
    @Path(PATH)
    public Response put(
            @PathParam("name") String nameText,
            @PathParam("reference") String reference,
            @QueryParam("tag") List<String> tags,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
            @Context UriInfo uri,
            @Context RoutingContext http)
            throws IOException {
        RepositoryName name = new RepositoryName(nameText);
        byte[] bytes = RequestBody.bytes(http, Manifest.MAX_BYTES);
        if (bytes.length > Manifest.MAX_BYTES) {
            throw new ManifestTooLarge(Manifest.MAX_BYTES);
        }
        ManifestService.Pushed pushed = manifests.put(
                name,
                Reference.parse(reference),
                tags.stream().map(Tag::new).toList(),
                Optional.ofNullable(contentType).filter(type -> !type.isBlank()).map(MediaType::ofHeader),
                bytes);
        Response.ResponseBuilder response = Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, urls.manifest(uri, name, pushed.digest()))
                .header(RegistryHeaders.CONTENT_DIGEST, pushed.digest())
                .header(RegistryHeaders.REPOSITORY_VERSION, pushed.version());
        pushed.subject().map(Digest::toString).ifPresent(subject -> response.header(RegistryHeaders.SUBJECT, subject));
        tags.forEach(tag -> response.header(RegistryHeaders.TAG, tag));
        return response.build();
    }

    @Needs(Permission.DELETE)
    @DELETE
    @Path(PATH)
    public Response delete(@PathParam("name") String name, @PathParam("reference") String reference) {
        long version = manifests.delete(new RepositoryName(name), Reference.parse(reference));
        return Response.accepted()
                .header(RegistryHeaders.REPOSITORY_VERSION, version)
                .build();
    }
}
