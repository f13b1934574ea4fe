package dev.lading.server.warmup;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.http.WarmingRequest;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RepositoryName;
import dev.lading.server.warmup.OwnServer.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What clients do with a registry: small pushes and pulls, a list of tags, and a mirror. */
final class Journey {
    static final RepositoryName NAME = new RepositoryName("warm-up/image");

    private static final String BASE = "/v2/" + NAME;
    private static final String API = "/pulp/api/v3/";
    private static final int LAYER_BYTES = 100_000;
    private static final int LOOKS = 100;
    private static final long BETWEEN_LOOKS_MILLIS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OwnServer server;
    private final BooleanSupplier isOver;
    private final String[] headers;
    private final Random random = new Random(1);

    /**
     * @param isOver asked before each request
     * @param headers of all requests
     */
    Journey(OwnServer server, BooleanSupplier isOver, String... headers) {
        this.server = server;
        this.isOver = isOver;
        this.headers = headers;
    }

    /** Asked to end before it was done. */
    static final class Interrupted extends IOException {
        private Interrupted() {
            super("asked to end");
        }
    }

    /** Looks for what nobody has, as a function does before a snapshot. */
    void look() throws IOException {
        for (WarmingRequest request : WarmingRequest.REGISTRY) {
            send(request.method(), request.path(), null);
        }
    }

    void pushAndPull(int images) throws IOException {
        for (int n = 0; n < images; n++) {
            pushAndPull("t" + n);
        }
        send("GET", BASE + "/tags/list", null, 200);
    }

    private void pushAndPull(String tag) throws IOException {
        byte[] config = ("{\"rootfs\":{},\"tag\":\"" + tag + "\"}").getBytes(UTF_8);
        byte[] layer = new byte[LAYER_BYTES];
        random.nextBytes(layer);
        push(config);
        push(layer);
        byte[] manifest = manifest(config, layer);
        send("PUT", BASE + "/manifests/" + tag, manifest, 201, "Content-Type", MediaType.OCI_MANIFEST.value());
        String accepted = MediaType.OCI_MANIFEST.value();
        send("HEAD", BASE + "/manifests/" + tag, null, 200, "Accept", accepted);
        send("GET", BASE + "/manifests/" + digest(manifest), null, 200, "Accept", accepted);
        send("GET", BASE + "/blobs/" + digest(config), null, 200);
        send("GET", BASE + "/blobs/" + digest(layer), null, 200);
    }

    private void push(byte[] blob) throws IOException {
        send("HEAD", BASE + "/blobs/" + digest(blob), null, 404);
        String opened = location(send("POST", BASE + "/blobs/uploads/", new byte[0], 202));
        String written = location(send("PATCH", opened, blob, 202));
        send("PUT", written + "&digest=" + digest(blob), new byte[0], 201);
    }

    /** Path and query behind what a proxy adds to the path. */
    private static String location(Answer answer) {
        String location = answer.location().orElseThrow();
        return location.substring(location.indexOf("/v2/"));
    }

    private static byte[] manifest(byte[] config, byte[] layer) {
        ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2);
        manifest.put("mediaType", MediaType.OCI_MANIFEST.value());
        describe(manifest.putObject("config"), "application/vnd.oci.image.config.v1+json", config);
        describe(manifest.putArray("layers").addObject(), "application/vnd.oci.image.layer.v1.tar+gzip", layer);
        return manifest.toString().getBytes(UTF_8);
    }

    private static void describe(ObjectNode descriptor, String mediaType, byte[] content) {
        descriptor.put("mediaType", mediaType).put("digest", digest(content).toString());
        descriptor.put("size", content.length);
    }

    private static Digest digest(byte[] content) {
        return Digest.of(Digest.SHA256, content);
    }

    /**
     * Mirrors some tags of what another journey pushed.
     *
     * @param url of the upstream
     * @param upstreamHeaders of requests to it
     */
    void mirror(String url, List<String> tags, String... upstreamHeaders) throws IOException {
        ObjectNode remote = JSON.createObjectNode().put("name", "warm-up").put("url", url);
        remote.put("upstream_name", NAME.value()).put("tls_validation", false);
        tags.forEach(remote.putArray("includes")::add);
        ObjectNode header = remote.putArray("headers").addObject();
        header.put(upstreamHeaders[0], upstreamHeaders[1]);
        String from = post("remotes/container/container/", remote, 201)
                .path("pulp_href")
                .asText();
        ObjectNode repository = JSON.createObjectNode().put("name", "warm-up");
        String to = post("repositories/container/container/", repository, 201)
                .path("pulp_href")
                .asText();
        ObjectNode sync = JSON.createObjectNode().put("remote", from);
        await(post(to.substring(API.length()) + "sync/", sync, 202).path("task").asText());
    }

    private JsonNode post(String path, ObjectNode body, int status) throws IOException {
        byte[] json = body.toString().getBytes(UTF_8);
        return JSON.readTree(send("POST", API + path, json, status, "Content-Type", "application/json")
                .body());
    }

    private void await(String task) throws IOException {
        for (int i = 0; i < LOOKS; i++) {
            String state = JSON.readTree(send("GET", task, null, 200).body())
                    .path("state")
                    .asText();
            if (state.equals("completed")) {
                return;
            }
            if (!List.of("waiting", "running").contains(state)) {
                throw new IOException("the mirror is " + state);
            }
            try {
                Thread.sleep(BETWEEN_LOOKS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Interrupted();
            }
        }
        throw new IOException("the mirror takes too long");
    }

    private Answer send(String method, String target, byte @Nullable [] body, String... more) throws IOException {
        if (isOver.getAsBoolean()) {
            throw new Interrupted();
        }
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.addAll(Arrays.asList(more));
        return server.send(method, target, body, all.toArray(String[]::new));
    }

    private Answer send(String method, String target, byte @Nullable [] body, int status, String... more)
            throws IOException {
        Answer answer = send(method, target, body, more);
        if (answer.status() != status) {
            throw new IOException("%s %s was answered %d: %s"
                    .formatted(method, target.replaceFirst("\\?.*", ""), answer.status(), answer.body()));
        }
        return answer;
    }
}
