package dev.lading.http;

import dev.lading.access.RegistrySettings;
import dev.lading.access.Tokens;
import dev.lading.blob.BlobKey;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Absolute URLs of this registry as the present client reaches it. */
public final class RegistryUrls {
    private final Optional<URI> publicUrl;
    private final Optional<URI> uploadUrl;

    public RegistryUrls(RegistrySettings settings) {
        this.publicUrl = settings.publicUrl();
        this.uploadUrl = settings.uploadUrl();
    }

    /**
     * The {@code WWW-Authenticate} challenge. Source: docker's token authentication specification, "How to
     * authenticate".
     */
    String challenge(UriInfo request, Optional<String> scope, Optional<String> error) {
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

    public String upload(UriInfo request, RepositoryName name, BlobKey upload, String state) {
        String base = uploadUrl.map(RegistryUrls::withoutSlash).orElseGet(() -> base(request));
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
     * The value of a {@code Link} header to the next page. Source: RFC 8288.
     *
     * @param parameters of the next page's query, name and value in turn
     */
    public String next(UriInfo request, String path, Object... parameters) {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? '?' : '&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1].toString(), StandardCharsets.UTF_8));
        }
        return "<" + base(request) + path + query + ">; rel=\"next\"";
    }

    private String base(UriInfo request) {
        return withoutSlash(publicUrl.orElseGet(request::getBaseUri));
    }

    private static String withoutSlash(URI uri) {
        String base = uri.toString();
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }
}
