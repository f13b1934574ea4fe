package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong passwords, sent from loopback addresses that no other test uses. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class GuessingTest {
    /** More than the limit: one is forgiven each half minute, and a slow machine may take some. */
    private static final int ENOUGH = 60;

    private static final String FORM = "grant_type=password&username=admin&password=";

    @ParameterizedTest(name = "{0} {1} from {2}")
    @CsvSource({
        "GET,  /v2/,                                           127.7.0.1, errors",
        "GET,  /v2/_catalog,                                   127.7.0.2, errors",
        "GET,  /v2/any/tags/list,                              127.7.0.3, errors",
        "GET,  /token/?service=lading,                         127.7.0.4, errors",
        "POST, /token/,                                        127.7.0.5, errors",
        "GET,  /pulp/api/v3/repositories/container/container/, 127.7.0.6, detail",
    })
    void whoever_guesses_is_told_to_come_back_later(String method, String path, String address, String document)
            throws Exception {
        try (HttpClient guesser = from(address)) {
            var answers = IntStream.range(0, ENOUGH)
                    .mapToObj(i -> send(guesser, method, path, "guess-" + i))
                    .takeWhile(answer -> answer.statusCode() == 401)
                    .toList();
            assertThat(answers).hasSizeBetween(10, ENOUGH - 1);

            var refused = send(guesser, method, path, "another");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isBetween(1L, 30L);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).isEmpty();
            assertThat(refused.body()).contains("\"" + document + "\"").contains("too many wrong passwords");
            if (document.equals("errors")) {
                assertThat(refused.body()).contains("TOOMANYREQUESTS");
            }
            assertThat(send(guesser, method, path, RunningRegistry.PASSWORD).statusCode())
                    .isEqualTo(429);
        }
        assertThat(RegistryClient.administrator().get("/v2/").status()).isEqualTo(200);
    }

    private static HttpClient from(String address) {
        return HttpClient.newBuilder()
                .localAddress(InetAddress.ofLiteral(address))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private static HttpResponse<String> send(HttpClient client, String method, String path, String password) {
        HttpRequest.Builder request = HttpRequest.newBuilder(RegistryClient.uri(path));
        if (method.equals("POST")) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(FORM + password));
        } else {
            String pair = "admin:" + password;
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
