package dev.lading.http;

import dev.lading.access.Caller;
import dev.lading.content.ArrivingBytes;
import dev.lading.http.late.ArrivingBody;
import dev.lading.http.late.ClientGone;
import dev.lading.http.late.Later;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RegistryException.RangeInvalid;
import dev.lading.oci.RegistryException.RetryLater;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RegistryException.UploadOutOfOrder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/** Maps every failure to the spec's error document. */
public class OciErrorMapper {
    private static final Logger LOG = Logger.getLogger(OciErrorMapper.class);
    private static final int INTERNAL = 500;

    private final RegistryUrls urls;
    private final ErrorDocuments documents;

    public OciErrorMapper(RegistryUrls urls, ErrorDocuments documents) {
        this.urls = urls;
        this.documents = documents;
    }

    @ServerExceptionMapper
    public Response map(RegistryException e, ContainerRequestContext request, HttpServerRequest http) {
        Response.ResponseBuilder response = render(
                http, e instanceof CredentialsRefused refused ? advised(refused, request, http) : OciError.of(e));
        switch (e) {
            case Unauthorized x -> response.header(HttpHeaders.WWW_AUTHENTICATE, challenge(request, http));
            case RetryLater x ->
                response.header(HttpHeaders.RETRY_AFTER, x.retryAfter().toSeconds());
            case RangeInvalid x -> response.header("Content-Range", "bytes */" + x.sizeBytes());
            case UploadOutOfOrder x ->
                response.header("Range", RegistryHeaders.range(x.storedBytes()))
                        .header(HttpHeaders.LOCATION, urls.here(request.getUriInfo(), http.uri()));
            default -> {}
        }
        return response.build();
    }

    /**
     * An error with advice about stored credentials: clients send those without telling their users, who see this when
     * a pull of a public image fails.
     */
    private OciError advised(CredentialsRefused e, ContainerRequestContext request, HttpServerRequest http) {
        OciError error = OciError.of(e);
        return documents.style(http.path()).isPresent()
                ? error
                : OciError.of(
                        error.status(),
                        error.errors().getFirst().code(),
                        e.getMessage() + "; log in again or `docker logout " + urls.host(request.getUriInfo()) + "`");
    }

    /** Sends an answer that is awaited, or what became of it. */
    @ServerExceptionMapper
    public Uni<Response> map(
            Later later, ContainerRequestContext request, HttpServerRequest http, RoutingContext context) {
        Later.release(context);
        Context thread = ArrivingBody.thread();
        var work = (ResteasyReactiveRequestContext)
                ((ResteasyReactiveContainerRequestContext) request).getServerRequestContext();
        return Uni.createFrom()
                .completionStage(later.answer().exceptionally(failure -> failed(failure, request, http)))
                .onItem()
                .transformToUni(answer -> {
                    if (!(answer.getEntity() instanceof ArrivingBytes)) {
                        return Uni.createFrom().item(answer);
                    }
                    ArrivingBody.send(
                            Response.fromResponse(answer)
                                    .header(RegistryHeaders.API_VERSION, ApiVersionFilter.VERSION)
                                    .build(),
                            context,
                            thread,
                            work);
                    // The answer is sent past JAX-RS.
                    return Uni.createFrom().nothing();
                });
    }

    private Response failed(Throwable failure, ContainerRequestContext request, HttpServerRequest http) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        return cause instanceof RegistryException refused ? map(refused, request, http) : map(cause, http);
    }

    /** Maps JAX-RS's own refusals: no such path, no such method, an unreadable parameter. */
    @ServerExceptionMapper
    public Response map(WebApplicationException e, HttpServerRequest http) {
        int status = e.getResponse().getStatus();
        String message = switch (status) {
            case 404 -> "there is nothing at this path; the APIs are under /v2/ and /pulp/api/v3/";
            case 405 -> "this path does not take this method";
            default -> Objects.requireNonNullElse(e.getMessage(), "this is not a request the registry can read");
        };
        Response.ResponseBuilder response =
                render(http, OciError.of(status, status == 413 ? "SIZE_INVALID" : "UNSUPPORTED", message));
        Optional.ofNullable(e.getResponse().getHeaderString(HttpHeaders.ALLOW))
                .ifPresent(allow -> response.header(HttpHeaders.ALLOW, allow));
        return response.build();
    }

    @ServerExceptionMapper
    public Response map(Throwable e, HttpServerRequest request) {
        if (e instanceof ClientGone gone) {
            LOG.debugf("%s %s: %s", request.method(), request.path(), gone.getMessage());
            return render(request, OciError.of(408, "BLOB_UPLOAD_INVALID", gone.getMessage()))
                    .build();
        }
        return render(request, OciError.of(INTERNAL, "UNSUPPORTED", FailureLog.log(e, request)))
                .build();
    }

    private Response.ResponseBuilder render(HttpServerRequest request, OciError error) {
        return documents.answer(request, error);
    }

    private String challenge(ContainerRequestContext request, HttpServerRequest http) {
        Optional<ErrorStyle> style = documents.style(http.path());
        if (style.isPresent()) {
            return style.get().challenge();
        }
        Optional<String> scope =
                Optional.ofNullable(request.getProperty(AccessFilter.SCOPE)).map(Object::toString);
        return urls.challenge(request, scope, tokenError(request));
    }

    /** Error code of the challenge. Source: RFC 6750, section 3.1. */
    private static Optional<String> tokenError(ContainerRequestContext request) {
        Object caller = request.getProperty(AccessFilter.CALLER);
        if (caller instanceof Caller.Bearer || caller instanceof Caller.SignedIn) {
            return Optional.of("insufficient_scope");
        }
        return Optional.ofNullable(request.getHeaderString(HttpHeaders.AUTHORIZATION))
                .filter(header -> header.regionMatches(true, 0, "bearer", 0, "bearer".length()))
                .map(header -> "invalid_token");
    }
}
