package dev.lading.registry;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Makes a repository name one segment of the path before routing: {@code /v2/a/b/tags/list} becomes
 * {@code /v2/a%2Fb/tags/list}. A template that lets names hold slashes is a regular expression, and trying half a dozen
 * of them from the end of every path took a third of a manifest's whole answer. A final slash is dropped from any path,
 * since some clients add one everywhere.
 */
public class NameFolding {
    private static final String PREFIX = "/v2/";

    /** A base that leaves scheme and host as they are. */
    private static final URI SAME_HOST = URI.create("");

    /** Base for requests without a host, as HTTP/1.0 allows, of which no URI could be made. */
    private static final URI NO_HOST = URI.create("http://localhost");

    @ServerRequestFilter(preMatching = true)
    public void filter(ContainerRequestContext request, HttpServerRequest http) {
        String path = http.path();
        String folded = folded(path);
        boolean hasHost = http.getHeader(HttpHeaders.HOST) != null;
        if (!hasHost || !folded.equals(path)) {
            URI target = URI.create(http.query() == null ? folded : folded + "?" + http.query());
            request.setRequestUri(hasHost ? SAME_HOST : NO_HOST, target);
        }
    }

    static String folded(String path) {
        if (!path.startsWith(PREFIX) || path.length() == PREFIX.length()) {
            return path;
        }
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        int end = nameEnd(bare);
        String name = end > PREFIX.length() ? bare.substring(PREFIX.length(), end) : "";
        return name.indexOf('/') < 0
                ? bare
                // Decoded once on the way to the templates, and once more on the way to a parameter.
                : PREFIX
                        + name.replace("%", "%25").replace("/", "%252F")
                        + bare.substring(end).replace("%", "%25");
    }

    /** End of the name, found by what follows it; at most the prefix's length if nothing known follows. */
    static int nameEnd(String path) {
        if (!path.startsWith(PREFIX)) {
            return 0;
        }
        int last = path.lastIndexOf('/');
        int before = path.lastIndexOf('/', last - 1);
        if (before < PREFIX.length()) {
            return 0;
        }
        String kind = path.substring(before + 1, last);
        if (kind.equals("uploads")) {
            int blobs = path.lastIndexOf('/', before - 1);
            return path.startsWith("/blobs/", blobs) ? blobs : 0;
        }
        return switch (kind) {
            case "manifests", "blobs", "referrers", "tags" -> before;
            default -> 0;
        };
    }
}
