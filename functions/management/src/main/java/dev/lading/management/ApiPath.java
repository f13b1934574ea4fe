package dev.lading.management;

/** Where the API is. */
final class ApiPath {
    static final String ROOT = "/pulp/api/v3";

    private ApiPath() {}

    static boolean covers(String path) {
        return path.equals("/pulp") || path.startsWith("/pulp/");
    }
}
