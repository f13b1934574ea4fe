package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Permission to administrate, and refusals. Source: Pulp's REST API. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ManagementErrorsTest {
    private static final String API = "/pulp/api/v3/";

    private final RegistryClient admin = RegistryClient.administrator();
    private final RegistryClient anybody = RegistryClient.anonymous();

    @Test
    void life_is_told_to_anybody_and_status_to_the_administrator() {
        assertThat(anybody.get(API + "livez/").status()).isEqualTo(200);
        assertThat(anybody.get(API + "status/").status()).isEqualTo(401);
        var status = admin.get(API + "status/");

        assertThat(status.status()).isEqualTo(200);
        assertThat(status.json().path("versions").findValuesAsText("component"))
                .containsExactly("core", "container", "file");
        assertThat(status.json().at("/database_connection/connected").asBoolean())
                .isTrue();
        assertThat(status.json().at("/storage/free").asLong()).isPositive();
        assertThat(status.json().at("/online_workers/0/name").asText()).contains("@");
        assertThat(admin.get(API + "status/?fields=versions,domain_enabled&exclude_fields=versions")
                        .json())
                .hasToString("{\"domain_enabled\":false}");
    }

    @ParameterizedTest(name = "{0} {1} answers {2}")
    @CsvSource({
        "GET,    /pulp/api/v3/nothing/here/, 404",
        "GET,    /pulp/api/v3/,              404",
        "GET,    /pulp/nothing,              404",
        "DELETE, /pulp/api/v3/status/,       405",
        "PATCH,  /pulp/api/v3/status/,       405",
        "POST,   /pulp/api/v3/artifacts/,    405",
        "GET,    /pulp/api/v3/artifacts/x/,  404",
        "GET,    /pulp/api/v3/importers/,    404",
        "GET,    /pulp/api/v3/exporters/,    404",
        "GET,    /pulp/api/v3/uploads/,      404",
    })
    void what_is_not_there_is_told_in_detail(String method, String path, int status) {
        var answer = admin.send(method, path, new byte[0]);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.json().path("detail").asText()).contains(" ").doesNotContain("Exception");
    }

    @Test
    void only_the_administrator_administrates() {
        assertThat(anybody.get(API + "docs/api.json").status()).isEqualTo(200);
        var refused = anybody.get(API + "tasks/");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("WWW-Authenticate")).startsWith("Basic");
        assertThat(refused.json().path("detail").asText()).isNotEmpty();
        assertThat(RegistryClient.basic("admin", "guess").get(API + "tasks/").status())
                .isEqualTo(401);
        assertThat(RegistryClient.bearer("guess").get(API + "tasks/").status()).isEqualTo(401);
        assertThat(admin.get(API + "tasks/").status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "a token for {0} answers {1}")
    @CsvSource({"registry:management:*, 200", "repository:tokens:*, 403", "'', 403"})
    void a_token_administrates_if_it_was_asked_for_that(String scope, int status) {
        assertThat(RegistryClient.bearer(token(admin, scope))
                        .get(API + "tasks/")
                        .status())
                .isEqualTo(status);
        assertThat(RegistryClient.bearer(token(anybody, scope))
                        .get(API + "tasks/")
                        .status())
                .isEqualTo(401);
    }

    private static String token(RegistryClient client, String scope) {
        return client.get("/token/?service=lading&scope=" + scope)
                .json()
                .path("token")
                .asText();
    }
}
