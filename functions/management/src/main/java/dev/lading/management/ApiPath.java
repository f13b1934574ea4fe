package dev.lading.management;

import dev.lading.operation.ResourceType;

/** Where the API is. */
final class ApiPath {
    static final String ROOT = ResourceType.ROOT;

    private ApiPath() {}

    static boolean covers(String path) {
        return path.equals("/pulp") || path.startsWith("/pulp/");
    }
}
