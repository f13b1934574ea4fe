package dev.lading.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;

/** A client of the registry under test, as the administrator unless told otherwise. */
final class RegistryClient {
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String authorization;

    private RegistryClient(String authorization) {
        this.authorization = authorization;
    }

    static RegistryClient administrator() {
        return basic("admin", RunningRegistry.PASSWORD);
    }

    static RegistryClient basic(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new RegistryClient("Basic " + Base64.getEncoder().encodeToString(pair));
    }

    static RegistryClient bearer(String token) {
        return new RegistryClient("Bearer " + token);
    }

    static RegistryClient anonymous() {
        return new RegistryClient("");
    }

    /** The header that it sends. */
    String authorization() {
        return authorization;
    }

    /** An answer. */
    record Answer(int status, HttpResponse<byte[]> response) {
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public byte[] body() {
            return response.body();
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String errorCode() {
            return json().path("errors").path(0).path("code").asText();
        }
    }

    Answer send(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .version(HttpClient.Version.HTTP_1_1)
                .method(method, BodyPublishers.ofByteArray(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            var response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, new byte[0], headers);
    }

    Answer head(String path, String... headers) {
        return send("HEAD", path, new byte[0], headers);
    }

    static URI uri(String path) {
        return URI.create(path.startsWith("http") ? path : base() + path);
    }

    static String base() {
        return "http://127.0.0.1:" + port();
    }

    static int port() {
        return ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
    }

    /** Begins an upload; returns its location. */
    String begin(String name) {
        return send("POST", "/v2/" + name + "/blobs/uploads/", new byte[0]).header("Location");
    }

    Digest pushBlob(String name, byte[] content) {
        Digest digest = Digest.of(Digest.SHA256, content);
        Answer answer = send("PUT", begin(name) + "&digest=" + digest, content);
        if (answer.status() != 201) {
            throw new IllegalStateException(
                    "push answered " + answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return digest;
    }

    Answer pushManifest(String name, String reference, String manifest) {
        return send(
                "PUT",
                "/v2/" + name + "/manifests/" + reference,
                manifest.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                MANIFEST);
    }

    /** Pushes an index of some manifests; returns its text. */
    String pushIndex(String name, String tag, String... manifests) {
        List<String> descriptors = Stream.of(manifests)
                .map(manifest -> descriptor(MANIFEST, manifest.getBytes(StandardCharsets.UTF_8)))
                .toList();
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":["
                + String.join(",", descriptors) + "]}";
        send("PUT", "/v2/" + name + "/manifests/" + tag, index.getBytes(StandardCharsets.UTF_8), "Content-Type", INDEX);
        return index;
    }

    /** Pushes an image of one layer; returns its manifest. */
    String pushImage(String name, String tag, String content) {
        byte[] config = ("{\"of\":\"" + content + "\"}").getBytes(StandardCharsets.UTF_8);
        byte[] layer = content.getBytes(StandardCharsets.UTF_8);
        pushBlob(name, config);
        pushBlob(name, layer);
        String manifest = manifest(config, List.of(layer), Optional.empty());
        pushManifest(name, tag, manifest);
        return manifest;
    }

    static String manifest(byte[] config, List<byte[]> layers, Optional<String> more) {
        List<String> descriptors = layers.stream()
                .map(layer -> descriptor("application/vnd.oci.image.layer.v1.tar", layer))
                .toList();
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + descriptor("application/vnd.oci.image.config.v1+json", config) + ",\"layers\":["
                + String.join(",", descriptors) + "]"
                + more.map(text -> "," + text).orElse("") + "}";
    }

    static String descriptor(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.of(Digest.SHA256, content) + "\",\"size\":"
                + content.length + "}";
    }

    static Digest digest(String text) {
        return Digest.of(Digest.SHA256, text.getBytes(StandardCharsets.UTF_8));
    }
}
