package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.RecordJson;
import dev.lading.metadata.Write;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets of a remote for one host are sent to no other, unless the caller who changes the host gives them again. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class RemoteSecretsTest {
    private static final String REMOTES = PulpClient.API + "remotes/container/container/";
    private static final String LOGIN = "\"username\":\"u\",\"password\":\"p\",";
    private static final String HEADERS = "\"headers\":[{\"X-Key\":\"k\"}],";
    private static final String PROXY = "\"proxy_username\":\"pu\",\"proxy_password\":\"pp\",";

    @Inject
    RemoteService remotes;

    @Inject
    MetadataStore store;

    private final PulpClient pulp = new PulpClient();

    private String create(String name) {
        var answer = pulp.send(
                "POST",
                REMOTES,
                "{\"name\":\"" + name + "\",\"url\":\"https://registry.test\",\"upstream_name\":\"x\"," + LOGIN
                        + HEADERS + PROXY + "\"client_key\":\"ck\",\"proxy_url\":\"http://proxy.test:3128\"}");
        assertThat(answer.status()).isEqualTo(201);
        return answer.json().path("pulp_href").asText();
    }

    private static RemoteId id(String href) {
        return new RemoteId(UUID.fromString(href.replaceAll(".*/([^/]+)/", "$1")));
    }

    @ParameterizedTest(name = "{0} needs {1} again")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"url\":\"https://stranger.test\"       | client_key headers password username",
                "\"url\":\"http://registry.test\"        | client_key headers password username",
                "\"url\":\"https://registry.test:8443\"  | client_key headers password username",
                "\"proxy_url\":\"http://stranger.test\"  | client_key headers password proxy_password proxy_username username",
                "\"proxy_url\":\"http://proxy.test:80\"  | client_key headers password proxy_password proxy_username username",
                "\"proxy_url\":\"https://proxy.test:3128\" | client_key headers password proxy_password proxy_username username",
                "\"tls_validation\":false                | client_key headers password proxy_password proxy_username username",
                "\"ca_cert\":CERTIFICATE                 | client_key headers password proxy_password proxy_username username",
                "\"token_hosts\":[\"stranger.test\"]     | password username",
            })
    void what_leads_secrets_elsewhere_is_refused_without_them(String change, String fields) {
        String href = create("moved-" + change.replaceAll("[^a-z0-9]", ""));
        Remote before = remotes.get(id(href));
        String patch = change.replace(
                "CERTIFICATE", JsonNodeFactory.instance.textNode(certificate()).toString());

        for (String method : List.of("PATCH", "PUT")) {
            var answer = pulp.send(method, href, "{" + named(method, before, patch) + patch + "}");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(new TreeSet<>(answer.json().properties().stream()
                            .map(Map.Entry::getKey)
                            .toList()))
                    .containsExactly(fields.split(" "));
            answer.json()
                    .forEach(each -> assertThat(each.path(0).asText())
                            .contains("again in the same request")
                            .contains("to drop it"));
        }
        assertThat(remotes.get(id(href))).isEqualTo(before);
        var known = pulp.send("PATCH", href, "{" + LOGIN + HEADERS + PROXY + "\"client_key\":\"ck\"," + patch + "}");
        assertThat(known.status()).isEqualTo(202);
    }

    /** Any certificate that the JVM trusts. */
    private static String certificate() {
        try {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            byte[] bytes = ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers()[0].getEncoded();
            return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(bytes)
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JVM trusts somebody", e);
        }
    }

    private static String named(String method, Remote remote, String patch) {
        String url = patch.startsWith("\"url\"") ? "" : "\"url\":\"https://registry.test\",";
        return method.equals("PATCH")
                ? ""
                : "\"name\":\"" + remote.settings().name() + "\",\"upstream_name\":\"x\"," + url;
    }

    @Test
    void dropped_secrets_go_nowhere() {
        String href = create("dropped");

        var answer = pulp.send(
                "PATCH",
                href,
                "{\"url\":\"http://stranger.test\",\"username\":null,\"password\":null,\"headers\":[],\"client_key\":null}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(isSet(pulp.get(href))).containsExactly("proxy_username", "proxy_password");
    }

    private static List<String> isSet(JsonNode remote) {
        return Stream.iterate(0, i -> i + 1)
                .limit(remote.path("hidden_fields").size())
                .map(i -> remote.path("hidden_fields").path(i))
                .filter(field -> field.path("is_set").asBoolean())
                .map(field -> field.path("name").asText())
                .toList();
    }

    @Test
    void old_values_sent_again_are_no_change() {
        String href = create("same");

        var answer = pulp.send(
                "PATCH",
                href,
                "{\"url\":\"https://REGISTRY.test:443/\",\"proxy_url\":\"http://proxy.test:3128/\",\"tls_validation\":true,"
                        + "\"ca_cert\":null,\"token_hosts\":[],\"max_retries\":1}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(isSet(pulp.get(href))).hasSize(6);
    }

    @Test
    void what_has_no_secrets_moves_freely() {
        var created = pulp.send(
                "POST", REMOTES, "{\"name\":\"free\",\"url\":\"https://registry.test\",\"upstream_name\":\"x\"}");

        var answer = pulp.send(
                "PATCH",
                created.json().path("pulp_href").asText(),
                "{\"url\":\"http://other.test\",\"proxy_url\":\"http://proxy.test\",\"tls_validation\":false}");

        assertThat(answer.status()).isEqualTo(202);
    }

    @Test
    void headers_are_sealed_and_never_shown() {
        String href = create("headers");

        JsonNode shown = pulp.get(href);
        Remote stored = remotes.get(id(href));

        assertThat(shown.has("headers")).isFalse();
        assertThat(isSet(shown)).contains("headers");
        assertThat(RecordJson.write(stored)).doesNotContain("X-Key");
        assertThat(remotes.secrets(stored).headers()).containsExactly(Map.of("X-Key", "k"));
        assertThat(pulp.status(REMOTES + "?ordering=headers")).isEqualTo(400);
    }

    @Test
    void headers_of_before_are_read_and_the_next_change_seals_them() {
        String href = create("before");
        Remote sealed = remotes.get(id(href));
        // As main wrote it.
        String json = RecordJson.write(sealed)
                .replaceFirst("\"headers\":\"[^\"]*\"", "\"clientKey\":null")
                .replace(
                        "\"tlsValidation\":true",
                        "\"tlsValidation\":true,\"headers\":[{\"X-Key\":\"old\"},{\"X-Other\":\"\"}]");
        store.write(Write.put(Remote.TABLE, RecordJson.read(Remote.TABLE, json)));
        List<Map<String, String>> old = List.of(Map.of("X-Key", "old"), Map.of("X-Other", ""));
        Remote before = remotes.get(id(href));
        assertThat(RecordJson.write(before)).contains("X-Key");
        assertThat(remotes.secrets(before).headers()).isEqualTo(old);
        assertThat(isSet(pulp.get(href))).contains("headers");
        assertThat(pulp.send("PATCH", href, "{\"url\":\"https://stranger.test\"}")
                        .json()
                        .has("headers"))
                .isTrue();

        pulp.send("POST", href + "set_label/", "{\"key\":\"a\",\"value\":\"b\"}");

        Remote after = remotes.get(id(href));
        assertThat(RecordJson.write(after)).doesNotContain("X-Key").doesNotContain("old\"");
        assertThat(remotes.secrets(after).headers()).isEqualTo(old);
    }
}
