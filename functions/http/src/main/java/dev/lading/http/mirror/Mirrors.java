package dev.lading.http.mirror;

import dev.lading.history.Pull;
import dev.lading.history.PullThrough;
import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotFoundException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Resolves what clients of mirrors ask for. They say which registry they mean by the mirror that they send it to, or by
 * {@code ns}, as containerd does; that chooses among the pull-through distributions and forms no address.
 */
@Singleton
public class Mirrors {
    /** The parameter by which a client says which registry it means, by its host name. */
    public static final String REGISTRY = "ns";

    private final RepositoryService repositories;

    public Mirrors(RepositoryService repositories) {
        this.repositories = repositories;
    }

    /**
     * What a name resolves to for a client of a mirror; empty: the request is for this registry itself.
     *
     * @throws NameUnknown if nothing here is a mirror of the registry that is meant
     */
    public Optional<Pull> pull(RepositoryName asked, RoutingContext request) {
        Optional<String> registry = registry(request);
        Optional<Mirror> mirror = Mirror.of(request);
        if (mirror.isEmpty()) {
            return registry.map(host -> repositories.pull(mirrorOf(host, asked).getFirst(), asked));
        }
        Optional<PullThrough> through = through(mirror.get());
        // A client with one mirror for all registries must not get the content of another one than it means.
        if (through.isPresent() && registry.isPresent() && !isOf(registry.get(), through.get())) {
            throw unknown(asked, registry.get());
        }
        // What is not there is refused by the name that it would have.
        return Optional.of(through.map(known -> repositories.pull(known, asked))
                .orElseGet(() -> Pull.nothing(new RepositoryName(mirror.get().basePath() + "/" + asked))));
    }

    /** Whether a request means another registry than this one. */
    public boolean isForAnother(RoutingContext request) {
        return registry(request).isPresent();
    }

    /** Whether everybody may pull what is kept at the mirror that a request was sent to. */
    public boolean isOpen(RoutingContext request) {
        return Mirror.of(request)
                .flatMap(this::through)
                .filter(through -> !through.restricted())
                .isPresent();
    }

    private Optional<PullThrough> through(Mirror mirror) {
        Optional<PullThrough> through = repositories.through(mirror.basePath());
        // By its path, a mirror that is not there must look like a private one.
        if (through.isEmpty() && mirror.hasOwnEntrance()) {
            throw new NameUnknown(
                    mirror.basePath(), "this address mirrors it: make a pull-through distribution with that base path");
        }
        return through;
    }

    private List<PullThrough> mirrorOf(String host, RepositoryName asked) {
        List<PullThrough> all = repositories.mirrorsOf(host);
        if (all.isEmpty()) {
            throw unknown(asked, host);
        }
        return all;
    }

    private boolean isOf(String host, PullThrough through) {
        return repositories.mirrorsOf(host).stream().anyMatch(each -> each.id().equals(through.id()));
    }

    private static NameUnknown unknown(RepositoryName asked, String host) {
        return new NameUnknown(asked, "this registry is no mirror of '" + host + "'");
    }

    /** Host name of the registry that a request means by {@code ns}; empty: this one. */
    private static Optional<String> registry(RoutingContext request) {
        if (request.request().query() == null) {
            return Optional.empty();
        }
        List<String> registries = request.queryParam(REGISTRY);
        String ours = Objects.requireNonNullElse(request.request().getHeader(HttpHeaders.HOST), "");
        if (registries.isEmpty() || registries.equals(List.of(ours))) {
            return Optional.empty();
        }
        if (registries.size() > 1) {
            throw new NotFoundException();
        }
        return Optional.of(registries.getFirst());
    }
}
