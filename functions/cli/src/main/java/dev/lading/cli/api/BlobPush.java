package dev.lading.cli.api;

import dev.lading.cli.api.ApiClient.Sending;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Pushes files as blobs, in chunks that a gateway takes. By the JDK's newer client, since the other sends no PATCH.
 * Source: distribution-spec v1.1, "Pushing a blob in chunks".
 */
public final class BlobPush implements AutoCloseable {
    private static final int CHUNK_BYTES = 4 * 1024 * 1024;
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;
    private static final String OF_NOTHING = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final ApiClient api;

    public BlobPush(ApiClient api) {
        this.api = api;
    }

    /**
     * Pushes a file, unless the repository has it.
     *
     * @return its digest
     * @throws IOException if the file cannot be read
     */
    public String push(String repository, Path file, Sending progress) throws IOException {
        String digest = digest(file);
        try (InputStream in = Files.newInputStream(file)) {
            push(repository, digest, in, progress);
        }
        return digest;
    }

    /** Pushes no bytes, for whoever has no file to push: the first push makes a repository that is not there. */
    public void pushNothing(String repository) throws IOException {
        push(repository, OF_NOTHING, InputStream.nullInputStream(), bytes -> {});
    }

    private void push(String repository, String digest, InputStream in, Sending progress) throws IOException {
        String blobs = "/v2/" + repository + "/blobs/";
        if (send("HEAD", at(blobs + digest), BodyPublishers.noBody()).statusCode() == 200) {
            return;
        }
        URI begin = at(blobs + "uploads/");
        URI upload = location(begin, send("POST", begin, BodyPublishers.noBody()), ACCEPTED);
        long sent = 0;
        for (byte[] chunk = in.readNBytes(CHUNK_BYTES); chunk.length > 0; chunk = in.readNBytes(CHUNK_BYTES)) {
            var range = "%d-%d".formatted(sent, sent + chunk.length - 1);
            var answer = send("PATCH", upload, BodyPublishers.ofByteArray(chunk), "Content-Range", range);
            upload = location(upload, answer, ACCEPTED);
            sent += chunk.length;
            progress.sent(sent);
        }
        String query = upload.getRawQuery();
        URI end = URI.create(upload + (query == null ? "?" : "&") + "digest=" + digest);
        location(end, send("PUT", end, BodyPublishers.noBody()), CREATED);
    }

    private URI at(String path) {
        return api.server().uri().resolve(path);
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                hash.update(buffer, 0, count);
            }
            return "sha256:" + HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private HttpResponse<String> send(String method, URI uri, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).method(method, body).timeout(PATIENCE);
        // An upload may go on at another host, whose address holds what lets it.
        if (uri.getAuthority().equals(api.server().uri().getAuthority())) {
            request.header("Authorization", api.user().basic());
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw CommandFailure.noServer(api.unreached(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.noServer("the push was broken off");
        }
    }

    private URI location(URI asked, HttpResponse<String> answer, int expected) {
        int status = answer.statusCode();
        if (status != expected) {
            String why = "the push of a file was answered " + status + ": " + answer.body();
            throw status >= 500 || status == 429 || status == 401
                    ? CommandFailure.noServer(api.server() + ": " + why)
                    : CommandFailure.refused(why);
        }
        return answer.headers()
                .firstValue("Location")
                .map(asked::resolve)
                .orElseThrow(() -> api.unexpected("no place for a push"));
    }

    @Override
    public void close() {
        http.close();
    }
}
