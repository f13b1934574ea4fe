package dev.lading.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lading.access.Authenticator;
import dev.lading.access.Authorizer;
import dev.lading.access.Caller;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.Scope;
import dev.lading.access.Source;
import dev.lading.access.Tokens;
import dev.lading.http.Form;
import dev.lading.http.RequestBody;
import dev.lading.http.mirror.Mirror;
import dev.lading.http.mirror.Mirrored;
import dev.lading.oci.RegistryException.QueryInvalid;
import dev.lading.oci.RegistryException.Unauthorized;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /token/}: exchanges a password, or nothing, for a token. Sources: docker's token authentication specification
 * (GET) and OAuth2 token authentication (POST), which containerd and regctl use.
 */
@Path("/token")
public class TokenResource {
    /** Room for a refresh token or a password, and a scope for each of some dozens of repositories. */
    private static final int MAX_FORM_BYTES = 16 * 1024;

    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final Tokens tokens;
    private final InstantSource clock;

    public TokenResource(Authenticator authenticator, Authorizer authorizer, Tokens tokens, InstantSource clock) {
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * The response body.
     *
     * @param token equal to accessToken, for older clients
     * @param expiresIn seconds
     * @param scope what was granted, which may be part of what was requested
     * @param refreshToken only if requested by POST, and never for anonymous callers, robots and clients of mirrors
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TokenResponse(
            String token,
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("token_type") String tokenType,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("issued_at") Instant issuedAt,
            String scope,
            @JsonProperty("refresh_token") @Nullable String refreshToken) {}

    /**
     * Issues a token, and never a refresh token: docker's login requests one here and stores it in place of the
     * password, and then pull secrets made of its file expire with the token. Without one, docker stores the password.
     */
    @Needs(Permission.NONE)
    @Mirrored
    @GET
    public Response get(@QueryParam("scope") List<String> scopes, @Context RoutingContext request) {
        Caller caller = authenticator.caller(request.request());
        if (caller instanceof Caller.Bearer) {
            throw new Unauthorized("a token is not traded for another; send user and password");
        }
        return issue(caller, scopes, Mirror.of(request), false);
    }

    /**
     * Exchanges a password or a refresh token; a client that keeps refresh tokens sends {@code access_type=offline}.
     */
    @Needs(Permission.NONE)
    @Mirrored
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response post(@Context RoutingContext request) throws IOException {
        Form form = form(request);
        Caller caller = switch (form.first("grant_type").orElse("")) {
            case "password" ->
                authenticator.password(
                        form.first("username").orElse(""),
                        form.first("password").orElse(""),
                        Source.of(request.request()));
            case "refresh_token" ->
                authenticator.refreshed(form.first("refresh_token").orElse(""));
            default -> throw new QueryInvalid("grant_type must be password or refresh_token");
        };
        return issue(
                caller,
                form.all("scope"),
                Mirror.of(request),
                form.first("access_type").orElse("").equals("offline"));
    }

    /** Reads a form itself: the framework's own limits throw what looks like a bug. */
    private static Form form(RoutingContext request) throws IOException {
        byte[] body = RequestBody.bytes(request, MAX_FORM_BYTES);
        if (body.length > MAX_FORM_BYTES) {
            throw new ClientErrorException("the body is larger than this path takes", 413);
        }
        try {
            return Form.parse(body);
        } catch (IllegalArgumentException e) {
            throw new QueryInvalid("the form is not encoded as a URL's query is");
        }
    }

    private Response issue(Caller caller, List<String> scopes, Optional<Mirror> mirror, boolean offline) {
        List<Scope> asked = Scope.parseAll(scopes);
        List<Scope> granted = authorizer.grant(
                mirror.map(known -> Scope.mirrored(asked, known.basePath())).orElse(asked), caller);
        boolean refreshed = offline && mirror.isEmpty() && caller.isRefreshed();
        String token = tokens.access(caller, granted);
        var body = new TokenResponse(
                token,
                token,
                "Bearer",
                Tokens.ACCESS_LIFE.toSeconds(),
                clock.instant(),
                String.join(" ", granted.stream().map(Scope::toString).toList()),
                refreshed ? tokens.refresh(caller.subject()) : null);
        return Response.ok(body, MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
