package dev.lading.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds repositories and their versions by name and number. */
public final class RepositoryLookup {
    private static final String LIST = ApiClient.API + "repositories/container/container/";
    private static final String DISTRIBUTIONS = ApiClient.API + "distributions/container/container/";
    private static final Pattern HREF = Pattern.compile(Pattern.quote(LIST) + "[0-9A-Za-z-]+/");

    private final ApiClient api;

    public RepositoryLookup(ApiClient api) {
        this.api = api;
    }

    /** Path of a repository at the server. */
    public String repository(String name) {
        JsonNode found = api.get(
                        LIST + "?fields=pulp_href&limit=1&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .path("results");
        if (found.isEmpty()) {
            throw CommandFailure.refused(
                    "there is no repository '" + name + "' at " + api.server().uri());
        }
        String href = found.path(0).path("pulp_href").asText();
        if (!HREF.matcher(href).matches()) {
            throw api.unexpected("a repository without an href");
        }
        return href;
    }

    /** @param version that a distribution is pinned to; empty: it serves the newest */
    public record Served(String repository, Optional<String> version) {}

    /** What a distribution serves, named by its base path. */
    public Served served(String basePath) {
        JsonNode found = api.get(DISTRIBUTIONS + "?fields=repository,repository_version&limit=1&base_path="
                        + URLEncoder.encode(basePath, StandardCharsets.UTF_8))
                .path("results");
        if (found.isEmpty()) {
            throw CommandFailure.refused("there is no distribution at '" + basePath + "' at "
                    + api.server().uri());
        }
        Optional<String> version =
                Optional.ofNullable(found.path(0).path("repository_version").textValue());
        String repository = version.map(href -> href.replaceFirst("versions/[0-9]+/$", ""))
                .orElseGet(() -> found.path(0).path("repository").asText(""));
        if (repository.isEmpty()) {
            throw CommandFailure.refused("the distribution at '" + basePath + "' serves no repository");
        }
        return new Served(repository, version);
    }

    /** Path of the newest version of a repository. */
    public String newestVersion(String name) {
        String repository = repository(name);
        String href = api.get(repository).path("latest_version_href").asText();
        if (!href.matches(Pattern.quote(repository) + "versions/[0-9]{1,10}/")) {
            throw api.unexpected("a repository without a version");
        }
        return href;
    }

    /** Path of a version of a repository. */
    public String version(String name, long number) {
        return repository(name) + "versions/" + number + "/";
    }
}
