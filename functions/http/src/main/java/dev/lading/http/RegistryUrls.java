package dev.lading.http;

import dev.lading.access.RegistrySettings;
import dev.lading.access.Tokens;
import dev.lading.blob.BlobKey;
import dev.lading.http.mirror.Mirror;
import dev.lading.http.mirror.Mirrors;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Absolute URLs of this registry as the present client reaches it. */
public final class RegistryUrls {
    private static final String BUILD = "dev.lading.build";

    private final Optional<URI> publicUrl;
    private final Optional<URI> uploadUrl;
    private final boolean uploadsOnly;

    public RegistryUrls(RegistrySettings settings) {
        this.publicUrl = settings.publicUrl();
        this.uploadUrl = settings.uploadUrl();
        this.uploadsOnly = settings.uploadsOnly();
    }

    /**
     * The {@code WWW-Authenticate} challenge. Source: docker's token authentication specification, "How to
     * authenticate".
     */
    String challenge(ContainerRequestContext request, Optional<String> scope, Optional<String> error) {
        return "Bearer realm=\"" + base(request) + "/token/\",service=\"" + Tokens.SERVICE + "\""
                + scope.map(s -> ",scope=\"" + s + "\"").orElse("")
                + error.map(e -> ",error=\"" + e + "\"").orElse("");
    }

    public String manifest(UriInfo request, RepositoryName name, Digest digest) {
        return base(request) + "/v2/" + name + "/manifests/" + digest;
    }

    public String blob(UriInfo request, RepositoryName name, Digest digest) {
        return base(request) + "/v2/" + name + "/blobs/" + digest;
    }

    /**
     * Where an upload goes on. A server for uploads that does not know its own name says the path alone, which leads to
     * where the request went: AWS names an endpoint only once its code is there. Source: distribution-spec v1.1,
     * "Pushing a blob in chunks".
     */
    public String upload(ContainerRequestContext request, RepositoryName name, BlobKey upload, String state) {
        Optional<URI> elsewhere = uploadUrl.filter(url -> !isOfBuild(request));
        String base = elsewhere.map(RegistryUrls::withoutSlash).orElseGet(() -> uploadsOnly ? "" : base(request));
        return base + "/v2/" + name + "/blobs/uploads/" + upload + "?_state=" + state;
    }

    /** Host and port of this registry, as clients name it when they log in. */
    public String host(UriInfo request) {
        return URI.create(base(request)).getRawAuthority();
    }

    /** URL under the address that a request was sent to. */
    public String here(UriInfo request, String pathAndQuery) {
        return base(request) + pathAndQuery;
    }

    /**
     * Where the client of a request goes on with it: at the mirror that it asked, and for the registry that it means.
     * Known before a handler ends that answers later: the request is then no more.
     */
    public Address address(ContainerRequestContext request, String path) {
        String registry = request.getUriInfo().getQueryParameters().getFirst(Mirrors.REGISTRY);
        return new Address(base(request) + path, Optional.ofNullable(registry));
    }

    /** @param registry that the client means by {@code ns} */
    public record Address(String url, Optional<String> registry) {
        /** @param parameters of the query, name and value in turn */
        public String with(Object... parameters) {
            StringBuilder query = new StringBuilder();
            for (int i = 0; i < parameters.length; i += 2) {
                append(query, parameters[i], parameters[i + 1]);
            }
            registry.ifPresent(host -> append(query, Mirrors.REGISTRY, host));
            return url + query;
        }

        /**
         * The value of a {@code Link} header to the next page. Source: RFC 8288.
         *
         * @param parameters of the next page's query, name and value in turn
         */
        public String next(Object... parameters) {
            return "<" + with(parameters) + ">; rel=\"next\"";
        }

        private static void append(StringBuilder query, Object name, Object value) {
            query.append(query.isEmpty() ? '?' : '&')
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
        }
    }

    /** Where the client of a request reaches what it asked: the registry, or its mirror of another one. */
    private String base(ContainerRequestContext request) {
        Optional<Mirror> mirror = Mirror.of(request);
        // The public URL does not lead to a mirror with an entrance of its own.
        return mirror.filter(Mirror::hasOwnEntrance).isPresent() || isOfBuild(request)
                ? withoutSlash(request.getUriInfo().getBaseUri())
                : base(request.getUriInfo()) + mirror.map(Mirror::prefix).orElse("");
    }

    /** Notes that a request came in where builds do, which reach no other address. */
    static void noteBuild(ContainerRequestContext request) {
        request.setProperty(BUILD, true);
    }

    private static boolean isOfBuild(ContainerRequestContext request) {
        return request.getProperty(BUILD) != null;
    }

    private String base(UriInfo request) {
        return withoutSlash(publicUrl.orElseGet(request::getBaseUri));
    }

    private static String withoutSlash(URI uri) {
        String base = uri.toString();
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }
}
