package dev.lading.upstream;

import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RegistryException.NameInvalid;
import dev.lading.oci.RepositoryName;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Where a repository's endpoints are: {@code <url>/v2/<name>/…}. A path in the url is kept, for registries that have one, as
 * Artifactory does; a final {@code /v2} is not needed and taken off.
 *
 * <p>Docker Hub has many names. Those that answer no V2 requests stand for {@code registry-1.docker.io}, as in docker; there
 * a name of one part stands for {@code library/<name>}, as in docker and in Pulp.
 */
record UpstreamAddress(String base, String host, RepositoryName name) {
    private static final String DOCKER_HUB = "registry-1.docker.io";
    private static final Set<String> OF_DOCKER_HUB = Set.of(
            DOCKER_HUB, "docker.io", "www.docker.io", "index.docker.io", "hub.docker.com", "registry.hub.docker.com");

    /** @throws FieldInvalid if the name is none a registry can have */
    static UpstreamAddress of(String url, String upstreamName) {
        URI uri = URI.create(url.strip());
        String path = withoutSlashes(uri.getRawPath()).replaceFirst("/v2$", "");
        boolean dockerHub = OF_DOCKER_HUB.contains(uri.getHost().toLowerCase(Locale.ROOT));
        String authority = dockerHub ? DOCKER_HUB : uri.getRawAuthority();
        String scheme = dockerHub ? "https" : uri.getScheme();
        String name = dockerHub && !upstreamName.contains("/") ? "library/" + upstreamName : upstreamName;
        try {
            return new UpstreamAddress(
                    scheme + "://" + authority + (dockerHub ? "" : path), authority, new RepositoryName(name));
        } catch (NameInvalid e) {
            throw new FieldInvalid("upstream_name", e.getMessage());
        }
    }

    private static String withoutSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    Origin origin() {
        return Origin.of(URI.create(base));
    }

    /** @param query of the page, as in {@code n=1000&last=v1} */
    URI tags(String query) {
        return endpoint("tags/list" + (query.isEmpty() ? "" : "?" + query));
    }

    URI manifest(Reference reference) {
        return endpoint("manifests/" + reference);
    }

    URI blob(Digest digest) {
        return endpoint("blobs/" + digest);
    }

    /** @param query of the page */
    URI referrers(Digest subject, String query) {
        return endpoint("referrers/" + subject + (query.isEmpty() ? "" : "?" + query));
    }

    private URI endpoint(String rest) {
        return URI.create(base + "/v2/" + name + "/" + rest);
    }
}
