package dev.lading.upstream.http;

import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RegistryException.NameInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.HttpAddress;
import dev.lading.upstream.transport.Origin;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Addresses of a repository's endpoints: {@code <url>/v2/<name>/…}. A path in the url is kept, for registries that have
 * one, such as Artifactory; a final {@code /v2} is removed.
 *
 * <p>Docker Hub has many names. Those that answer no V2 requests stand for {@code registry-1.docker.io}, as in docker;
 * there a name of one part stands for {@code library/<name>}, as in docker and in Pulp.
 */
public record UpstreamAddress(String base, String host, RepositoryName name) {
    private static final String DOCKER_HUB = "registry-1.docker.io";
    private static final Set<String> OF_DOCKER_HUB = Set.of(
            DOCKER_HUB, "docker.io", "www.docker.io", "index.docker.io", "hub.docker.com", "registry.hub.docker.com");

    /** @throws FieldInvalid if there can be no such port, or no registry can have a repository of that name */
    public static UpstreamAddress of(HttpAddress address, String upstreamName) {
        if (!address.hasPossiblePort()) {
            throw new FieldInvalid("url", "there is no port " + address.port().orElse(0));
        }
        String path = withoutSlashes(address.path().replaceFirst("\\?.*", "")).replaceFirst("/v2$", "");
        boolean dockerHub = OF_DOCKER_HUB.contains(address.host());
        String authority = dockerHub ? DOCKER_HUB : address.authority();
        String scheme = dockerHub ? "https" : address.scheme();
        String name = dockerHub && !upstreamName.contains("/") ? "library/" + upstreamName : upstreamName;
        try {
            return new UpstreamAddress(
                    scheme + "://" + authority + (dockerHub ? "" : path), authority, new RepositoryName(name));
        } catch (NameInvalid e) {
            throw new FieldInvalid("upstream_name", e.getMessage() + hint(upstreamName));
        }
    }

    /** Advice on what was probably meant. */
    private static String hint(String name) {
        if (name.contains("@") || name.lastIndexOf(':') > name.lastIndexOf('/')) {
            return "; tags and digests go into the remote's includes";
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.equals(name) && RepositoryName.isValid(lower) ? "; is '" + lower + "' meant?" : "";
    }

    private static String withoutSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    public Origin origin() {
        return Origin.of(URI.create(base));
    }

    /** @param query of the page, as in {@code n=1000&last=v1} */
    public URI tags(String query) {
        return endpoint("tags/list" + (query.isEmpty() ? "" : "?" + query));
    }

    public URI manifest(Reference reference) {
        return endpoint("manifests/" + reference);
    }

    public URI blob(Digest digest) {
        return endpoint("blobs/" + digest);
    }

    /** @param query of the page */
    public URI referrers(Digest subject, String query) {
        return endpoint("referrers/" + subject + (query.isEmpty() ? "" : "?" + query));
    }

    private URI endpoint(String rest) {
        return URI.create(base + "/v2/" + name + "/" + rest);
    }
}
