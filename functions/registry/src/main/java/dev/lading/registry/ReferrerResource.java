package dev.lading.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.access.Authorizer;
import dev.lading.access.Check;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.content.ManifestService;
import dev.lading.content.ThroughManifests;
import dev.lading.content.ThroughManifests.Listed;
import dev.lading.history.Pull;
import dev.lading.history.RepositoryView.Listing;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.http.AccessFilter;
import dev.lading.http.RegistryHeaders;
import dev.lading.http.RegistryUrls;
import dev.lading.http.late.Later;
import dev.lading.http.mirror.Mirrored;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v2/<name>/referrers/<digest>}. Source: distribution-spec v1.1, end-12. */
@Path("/v2")
public class ReferrerResource {
    /** Page size; smaller than for names, since descriptors carry annotations. */
    private static final int PAGE = 1000;

    /** Entries read at once. */
    private static final int READ = 50;

    /** Limit on the annotations in one answer; the rest is on another page. */
    private static final int MAX_CHARS = 2 * 1024 * 1024;

    private final ManifestService manifests;
    private final ThroughManifests through;
    private final Authorizer authorizer;
    private final RegistryUrls urls;
    private final ObjectMapper json;

    public ReferrerResource(
            ManifestService manifests,
            ThroughManifests through,
            Authorizer authorizer,
            RegistryUrls urls,
            ObjectMapper json) {
        this.manifests = manifests;
        this.through = through;
        this.authorizer = authorizer;
        this.urls = urls;
        this.json = json;
    }

    /** The response body: an OCI index. */
    public record ReferrerList(int schemaVersion, MediaType mediaType, List<Descriptor> manifests) {}

    @Needs(Permission.PULL)
    @Mirrored
    @GET
    @Path("/{name}/referrers/{digest}")
    public Response list(
            @PathParam("digest") String digestText,
            @QueryParam("artifactType") @Nullable String artifactType,
            @QueryParam("n") @Nullable String n,
            @QueryParam("last") @Nullable String last,
            @Context ContainerRequestContext request,
            @Context RoutingContext http)
            throws JsonProcessingException {
        Pull pull = AccessFilter.pulled(request);
        Digest subject = Digest.parse(digestText);
        var here = urls.address(request, "/v2/" + AccessFilter.asked(request) + "/referrers/" + subject);
        Optional<CompletionStage<Listed>> asked = authorizer.allows(AccessFilter.caller(request), Check.fetch(pull))
                ? through.referrers(pull, subject, AccessFilter.countedFor(request, http.request()))
                : Optional.empty();
        if (asked.isPresent()) {
            throw Later.after(asked.get(), now -> list(now, subject, artifactType, n, last, here));
        }
        return list(new Listed(pull, Optional.empty()), subject, artifactType, n, last, here);
    }

    private Response list(
            Listed listed,
            Digest subject,
            @Nullable String artifactType,
            @Nullable String n,
            @Nullable String last,
            RegistryUrls.Address here)
            throws JsonProcessingException {
        int limit = Math.clamp(Paging.limit(n), 1, PAGE);
        var listing = read(listed.pull(), subject, Paging.behind(last), limit);
        Optional<String> wanted = Optional.ofNullable(artifactType).filter(type -> !type.isEmpty());
        List<Descriptor> descriptors = listing.entries().stream()
                .map(ReferrerEntry::descriptor)
                .filter(d -> wanted.isEmpty() || d.artifactType().equals(wanted))
                .toList();
        // Written here: clients compare the Content-Type letter by letter, and a JSON writer would add a charset.
        Response.ResponseBuilder response = CopyWarning.add(
                Response.ok(json.writeValueAsBytes(new ReferrerList(2, MediaType.OCI_INDEX, descriptors)))
                        .header(HttpHeaders.CONTENT_TYPE, MediaType.OCI_INDEX.value()),
                listed.warning());
        wanted.ifPresent(type -> response.header(RegistryHeaders.FILTERS_APPLIED, "artifactType"));
        if (listing.more()) {
            Digest end = listing.entries().getLast().descriptor().digest();
            response.header(
                    HttpHeaders.LINK,
                    wanted.isPresent()
                            ? here.next("n", limit, "last", end, "artifactType", wanted.get())
                            : here.next("n", limit, "last", end));
        }
        return response.build();
    }

    /**
     * Up to {@code limit} entries, and fewer where they are large. Source: distribution-spec v1.1, "Listing Referrers".
     */
    private Listing<ReferrerEntry> read(Pull pull, Digest subject, String last, int limit) {
        List<ReferrerEntry> entries = new ArrayList<>();
        String after = last;
        int chars = 0;
        while (true) {
            var part = manifests.referrers(pull, subject, after, Math.min(READ, limit - entries.size()));
            for (ReferrerEntry entry : part.entries()) {
                entries.add(entry);
                chars += entry.descriptor().annotations().toString().length();
            }
            if (!part.more() || part.entries().isEmpty() || entries.size() == limit || chars > MAX_CHARS) {
                return new Listing<>(entries, part.more());
            }
            after = entries.getLast().descriptor().digest().toString();
        }
    }
}
