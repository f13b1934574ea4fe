package dev.lading.management.resource;

import dev.lading.operation.ResourceType;

/** Paths of the API. */
public final class ApiPath {
    public static final String ROOT = ResourceType.ROOT;

    private ApiPath() {}

    static boolean covers(String path) {
        return path.equals("/pulp") || path.startsWith("/pulp/");
    }
}
