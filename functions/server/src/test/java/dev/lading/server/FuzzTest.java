package dev.lading.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Thousands of generated requests, nearly valid ones and far from it, sent straight to the socket. None may get a 5xx
 * or anything but the spec's error document, and stored content must stay intact.
 */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class FuzzTest {
    private static final int REQUESTS = 4000;
    private static final Set<String> CODES = Set.of(
            "BLOB_UNKNOWN",
            "BLOB_UPLOAD_INVALID",
            "BLOB_UPLOAD_UNKNOWN",
            "DIGEST_INVALID",
            "MANIFEST_BLOB_UNKNOWN",
            "MANIFEST_INVALID",
            "MANIFEST_UNKNOWN",
            "NAME_INVALID",
            "NAME_UNKNOWN",
            "SIZE_INVALID",
            "UNAUTHORIZED",
            "DENIED",
            "UNSUPPORTED",
            "TOOMANYREQUESTS");

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW");
    private static final List<String> NAMES = List.of(
            "fuzz",
            "fuzz/deep/er",
            "Fuzz",
            "fuzz//x",
            "..",
            "%2e%2e",
            "fuzz%2Fx",
            "fuzz/blobs",
            "fuzz/manifests",
            "a".repeat(300),
            "%00",
            "%ff",
            "fuzz%20x",
            "ümlaut",
            "uploads",
            "_catalog");
    private static final List<String> REFERENCES = List.of(
            "keep",
            "new",
            "sha256:" + "0".repeat(64),
            "sha256:",
            ":",
            "sha512:" + "a".repeat(127),
            "SHA256:abc",
            "%25",
            "x".repeat(129),
            "",
            "uploads",
            "uploads/",
            "uploads/" + "0".repeat(32) + "?_state=a.b.c",
            "uploads/?digest=sha256:" + "1".repeat(64),
            "uploads/?mount=sha256:" + "0".repeat(64) + "&from=fuzz",
            "uploads/?mount=&from=",
            "list",
            "list?n=999999999999999999999",
            "list?n=2&last=%00",
            "list?last=.x");
    private static final List<String> KINDS = List.of("manifests", "blobs", "tags", "referrers", "other", "");
    private static final List<String> HEADERS = List.of(
            "Content-Range: 0-3",
            "Content-Range: 99999999999999999999-1",
            "Content-Range: bytes */5",
            "Range: bytes=0-",
            "Range: bytes=9999999999999999999-",
            "Range: bytes=-0",
            "Accept: */*;q=x",
            "Accept: ,;,",
            "Accept: application/vnd.oci.image.manifest.v1+json;q=0",
            "Content-Type: ",
            "Content-Type: a/b;c",
            "Content-Type: application/vnd.oci.image.manifest.v1+json",
            "Content-Type: " + "x".repeat(500),
            "Authorization: Bearer x",
            "Authorization: Basic !!!",
            "Authorization: ",
            "Host: evil.example\"><",
            "X-Forwarded-Host: evil.example",
            "Content-Encoding: gzip",
            "Expect: 100-continue",
            "If-None-Match: \"\"");
    private static final List<String> BODIES = List.of(
            "",
            "{",
            "[]",
            "null",
            "{\"schemaVersion\":2}",
            "\u0000\u0001",
            "{\"schemaVersion\":2,\"manifests\":{}}",
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[null]}",
            "{\"schemaVersion\":2,\"config\":{\"mediaType\":7},\"layers\":null,\"subject\":[]}",
            "{\"a\":".repeat(2000),
            "grant_type=password&username=%zz");

    private final Random random = new Random(20261124);
    private final ObjectMapper json = new ObjectMapper();

    @Test
    void nothing_that_is_sent_breaks_the_registry_or_harms_what_it_holds() throws IOException {
        RegistryClient admin = RegistryClient.administrator();
        String manifest = admin.pushImage("fuzz", "keep", "kept through everything");
        String credentials = Base64.getEncoder().encodeToString(("admin:" + RunningRegistry.PASSWORD).getBytes(UTF_8));
        for (int i = 0; i < REQUESTS; i++) {
            String request = request(random.nextInt(10) > 0 ? "Authorization: Basic " + credentials + "\r\n" : "");
            // The few requests that would delete the image by right are not part of the experiment.
            if (request.startsWith("DELETE /v2/fuzz/manifests/keep")) {
                continue;
            }
            check(request, send(request));
        }

        assertThat(admin.get("/v2/fuzz/manifests/keep").body()).asString(UTF_8).isEqualTo(manifest);
        assertThat(admin.get("/v2/fuzz/blobs/" + RegistryClient.digest("kept through everything"))
                        .body())
                .asString(UTF_8)
                .isEqualTo("kept through everything");
    }

    private String request(String authorization) {
        String path = switch (random.nextInt(12)) {
            case 0 -> "/token/?scope=" + one(REFERENCES);
            case 1 -> "/v2/_catalog?n=" + one(REFERENCES);
            case 2 -> "/" + one(NAMES);
            default -> "/v2/" + one(NAMES) + "/" + one(KINDS) + "/" + one(REFERENCES);
        };
        StringBuilder request =
                new StringBuilder(one(METHODS) + " " + path + " HTTP/1.1\r\nHost: x\r\n" + authorization);
        for (int i = random.nextInt(4); i > 0; i--) {
            request.append(one(HEADERS)).append("\r\n");
        }
        String body = one(BODIES);
        int announced = random.nextInt(10) == 0 ? body.length() + 10 : body.length();
        request.append("Content-Length: ")
                .append(announced)
                .append("\r\nConnection: close\r\n\r\n")
                .append(body);
        if (random.nextInt(20) == 0) {
            request.setCharAt(random.nextInt(request.length()), (char) random.nextInt(256));
        }
        return request.toString();
    }

    private String one(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** The whole answer; empty: the connection was closed without one, as HTTP allows for malformed requests. */
    private static String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RegistryClient.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            in.transferTo(answer);
            return answer.toString(ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }

    private void check(String request, String answer) throws IOException {
        String last = answer.startsWith("HTTP/1.1 100") ? answer.substring(answer.indexOf("\r\n\r\n") + 4) : answer;
        if (last.isEmpty()) {
            return;
        }
        assertThat(last).as("answer to %s", request).matches("(?s)\\S+ [1-4].*");
        String body = last.substring(last.indexOf("\r\n\r\n") + 4);
        if (last.matches("(?s)\\S+ 4.*") && body.startsWith("{")) {
            assertThat(json.readTree(body).at("/errors/0/code").asText())
                    .as("answer to %s is %s", request, answer)
                    .isIn(CODES);
        }
    }
}
