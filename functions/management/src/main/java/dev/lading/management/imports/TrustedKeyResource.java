package dev.lading.management.imports;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.api.Body;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.Responses;
import dev.lading.operation.ResourceType;
import dev.lading.signing.PublicKeys;
import dev.lading.signing.TrustedKey;
import dev.lading.signing.TrustedKeys;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.security.PublicKey;

/** {@code trusted_keys/}: the keys by which bundles may be signed, for the administrator alone. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class TrustedKeyResource {
    private static final String LIST_PATH = "trusted_keys";
    private static final String HREF = "trusted_key_href";
    private static final String KEY = "public_key";

    public static final Model<TrustedKey> MODEL = new Model<TrustedKey>("TrustedKey")
            .shows("pulp_href", Schema.URI, TrustedKeyResource::href)
            .shows("name", Schema.TEXT.described("SHA-256 of the key, in hex."), TrustedKey::name)
            .requires(KEY, Schema.TEXT.filled().described("The key in PEM."), TrustedKey::pem)
            .shows("trusted_since", Schema.TIME, TrustedKey::since);

    public static final Listing<TrustedKey> LIST = new Listing<>(MODEL);

    private final TrustedKeys keys;
    private final Pages pages;

    public TrustedKeyResource(TrustedKeys keys, Pages pages) {
        this.keys = keys;
        this.pages = pages;
    }

    private static String href(TrustedKey key) {
        return ResourceType.ROOT + "/" + LIST_PATH + "/" + key.name() + "/";
    }

    @GET
    @Path(LIST_PATH)
    @Operation(id = "trusted_keys_list", summary = "List the keys by which bundles may be signed", answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(LIST, ListingSource.of(() -> keys.list().stream()), uri);
    }

    @POST
    @Path(LIST_PATH)
    @Operation(
            id = "trusted_keys_create",
            summary = "Trust a key, so that bundles which it signed are imported",
            body = "TrustedKey",
            answers = "201 TrustedKeyResponse")
    public Response trust(@Context RoutingContext request) throws IOException {
        TrustedKey key = keys.trust(key(Body.read(MODEL, request, false).text(KEY)));
        return Responses.created(href(key), MODEL, key);
    }

    private static PublicKey key(String pem) {
        try {
            return PublicKeys.ofPem(pem);
        } catch (IllegalArgumentException e) {
            throw Problem.field(KEY, "this is no public key of Ed25519 or ECDSA in PEM");
        }
    }

    @DELETE
    @Path(LIST_PATH + "/{" + HREF + "}")
    @Operation(id = "trusted_keys_delete", summary = "Trust a key no longer", answers = "204")
    public Response distrust(@PathParam(HREF) String name) {
        keys.distrust(name);
        return Response.noContent().build();
    }
}
