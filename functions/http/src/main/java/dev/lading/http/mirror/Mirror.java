package dev.lading.http.mirror;

import dev.lading.oci.RepositoryName;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mirror that a request was sent to: names are the upstream's, and only what is beneath one pull-through
 * distribution is served.
 *
 * @param basePath of the distribution, which need not exist
 * @param prefix of the mirror's paths; empty: it has a port or domain name of its own
 */
public record Mirror(RepositoryName basePath, String prefix) {
    /** Prefix of the paths of all mirrors that have no entrance of their own. */
    public static final String PATHS = "/mirror/";

    private static final String KEY = "dev.lading.mirror";
    private static final Pattern PATH = Pattern.compile("(" + PATHS + "(.+?))(/v2(?:/.*)?|/token/?)");

    /** The mirror that a request was sent to; empty: the registry itself. */
    public static Optional<Mirror> of(RoutingContext request) {
        return Optional.ofNullable(request.get(KEY));
    }

    public static Optional<Mirror> of(ContainerRequestContext request) {
        return Optional.ofNullable((Mirror) request.getProperty(KEY));
    }

    /**
     * Notes the mirror that a request in normal form was sent to.
     *
     * @return its path there, to be routed by; empty: as it is
     */
    public static Optional<String> enter(RoutingContext request, Entrances entrances) {
        if (of(request).isPresent()) {
            return Optional.empty();
        }
        Optional<RepositoryName> bound = entrances.mirror(request.request());
        if (bound.isPresent()) {
            request.put(KEY, new Mirror(bound.get(), ""));
            return Optional.empty();
        }
        String path = request.request().path();
        if (!path.startsWith(PATHS)) {
            return Optional.empty();
        }
        Matcher parts = PATH.matcher(path);
        if (!parts.matches() || !RepositoryName.isValid(parts.group(2))) {
            return Optional.empty();
        }
        request.put(KEY, new Mirror(new RepositoryName(parts.group(2)), parts.group(1)));
        return Optional.of(parts.group(3));
    }

    /** Hands the mirror on to handlers and to what renders their answers. */
    public void note(ContainerRequestContext request) {
        request.setProperty(KEY, this);
    }

    public boolean hasOwnEntrance() {
        return prefix.isEmpty();
    }
}
