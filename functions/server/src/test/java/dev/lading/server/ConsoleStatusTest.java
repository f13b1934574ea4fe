package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** The console's page that says how the registry is. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleStatusTest {
    private static final String STATUS = "/ui/status/";
    private static final String PASSWORD = "battery staple";

    @Test
    void the_administrator_is_shown_tasks_figures_and_the_names_of_keys() {
        RegistryClient admin = RegistryClient.administrator();
        admin.pushImage("status-app", "v1", "status");
        admin.get("/v2/status-app/manifests/v1");
        String page = ConsoleClient.administrator().page(STATUS);

        assertThat(page)
                .contains("<meter", "container 2.30.0", "can be read", "Keys that sign tokens", "token-key", "signing")
                .containsPattern("Manifests pushed</th><td class=\"number\">[1-9]")
                .containsPattern("Manifests pulled</th><td class=\"number\">[1-9]")
                .doesNotContain("BEGIN", "style=");
    }

    @Test
    void users_are_shown_what_the_api_tells_them_and_no_more() {
        new PulpClient()
                .send(
                        "POST",
                        PulpClient.API + "users/",
                        "{\"username\":\"status-user\",\"password\":\"" + PASSWORD + "\"}");
        String page = ConsoleClient.user("status-user", PASSWORD).page(STATUS);

        assertThat(page)
                .contains("<meter", "container 2.30.0", "Builds")
                .doesNotContain("token-key", "Figures", "Failed");
    }
}
