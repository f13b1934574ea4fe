package dev.lading.http;

import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import java.util.List;

/**
 * A request that makes a process load and compile what clients will need: before a snapshot of it is taken, or once it
 * has started. It is for content that nobody has.
 *
 * @param path without a query
 */
public record WarmingRequest(String method, String path) {
    private static final RepositoryName NOBODYS = new RepositoryName("lading-priming");

    /** Those of the registry's API. Without credentials they change nothing. */
    public static final List<WarmingRequest> REGISTRY = registry();

    /** Those of the management API. */
    public static final List<WarmingRequest> MANAGEMENT = List.of(
            new WarmingRequest("GET", "/pulp/api/v3/status/"),
            new WarmingRequest("GET", "/pulp/api/v3/docs/api.json"),
            new WarmingRequest("GET", "/pulp/api/v3/tasks/"),
            new WarmingRequest("GET", "/ui/login"),
            new WarmingRequest("GET", "/ui/repositories/"));

    private static List<WarmingRequest> registry() {
        Digest digest = Digest.of(Digest.SHA256, new byte[0]);
        String base = "/v2/" + NOBODYS;
        return List.of(
                new WarmingRequest("GET", "/v2/"),
                new WarmingRequest("HEAD", base + "/manifests/latest"),
                new WarmingRequest("GET", base + "/manifests/" + digest),
                new WarmingRequest("GET", base + "/blobs/" + digest),
                new WarmingRequest("GET", base + "/tags/list"),
                new WarmingRequest("POST", base + "/blobs/uploads/"));
    }
}
