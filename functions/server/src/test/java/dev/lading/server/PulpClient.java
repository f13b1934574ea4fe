package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.testing.FaultyUpstream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client of the management API of the registry under test. */
final class PulpClient {
    static final String API = "/pulp/api/v3/";
    static final String REPOSITORIES = API + "repositories/container/container/";
    static final String DISTRIBUTIONS = API + "distributions/container/container/";

    private final RegistryClient admin = RegistryClient.administrator();

    RegistryClient.Answer send(String method, String path, String json) {
        return admin.send(method, path, json.getBytes(UTF_8), "Content-Type", "application/json");
    }

    JsonNode get(String path) {
        var answer = admin.get(path);
        if (answer.status() != 200) {
            throw new AssertionError(path + " answers " + answer.status() + " " + new String(answer.body(), UTF_8));
        }
        return answer.json();
    }

    int status(String path) {
        return admin.get(path).status();
    }

    /** Sends a request; returns the task it starts, once completed. */
    JsonNode task(String method, String path, String json) {
        JsonNode task = TaskEnd.await(admin, send(method, path, json));
        if (!task.path("state").asText().equals("completed")) {
            throw new AssertionError(task.toString());
        }
        return task;
    }

    /** Changes a resource, which must start a task; returns the resource afterwards. */
    JsonNode change(String href, String json) {
        task("PATCH", href, json);
        return get(href);
    }

    /** Creates a repository and its distribution at the same name. */
    JsonNode createServed(String name) {
        JsonNode repository = createRepository(name);
        task(
                "POST",
                DISTRIBUTIONS,
                "{\"name\":\"" + name + "\",\"base_path\":\"" + name + "\",\"repository\":\""
                        + repository.path("pulp_href").asText() + "\"}");
        return repository;
    }

    JsonNode createRepository(String name) {
        var answer = send("POST", REPOSITORIES, "{\"name\":\"" + name + "\"}");
        if (answer.status() != 201) {
            throw new AssertionError(new String(answer.body(), UTF_8));
        }
        return answer.json();
    }

    /**
     * A mirror, on demand, of an image whose layer is a text; returns the repository's href.
     *
     * @param remote name of the remote that is made
     */
    String mirror(FaultyUpstream upstream, String remote, String repository, String layer) {
        byte[] config = ("{\"of\":\"" + layer + "\"}").getBytes(UTF_8);
        byte[] content = layer.getBytes(UTF_8);
        upstream.blob(config);
        upstream.blob(content);
        upstream.manifest(
                RegistryClient.manifest(config, List.of(content), Optional.empty())
                        .getBytes(UTF_8),
                "v1");
        var made = send(
                "POST",
                API + "remotes/container/container/",
                "{\"name\":\"%s\",\"url\":\"%s\",\"upstream_name\":\"%s\",\"policy\":\"on_demand\"}"
                        .formatted(remote, upstream.url(), FaultyUpstream.NAME));
        if (made.status() != 201) {
            throw new AssertionError(new String(made.body(), UTF_8));
        }
        String href = createServed(repository).path("pulp_href").asText();
        task(
                "POST",
                href + "sync/",
                "{\"remote\":\"" + made.json().path("pulp_href").asText() + "\"}");
        return href;
    }

    /** A property of all entries of a list. */
    List<String> list(String path, String property) {
        List<String> values = new ArrayList<>();
        get(path).path("results").forEach(each -> values.add(each.path(property).asText()));
        return values;
    }
}
