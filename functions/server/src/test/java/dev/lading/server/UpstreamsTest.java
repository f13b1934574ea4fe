package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.testing.FaultyUpstream;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The option {@code upstreams}. */
@QuarkusTest
@TestProfile(UpstreamsTest.Public.class)
@QuarkusTestResource(RunningRegistry.class)
class UpstreamsTest {
    /** The option {@code --upstreams=public}. */
    public static final class Public implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("lading.upstreams", "public");
        }
    }

    private final PulpClient pulp = new PulpClient();

    @Test
    void a_remote_that_leads_nearer_than_allowed_is_not_asked() {
        try (FaultyUpstream upstream = FaultyUpstream.start()) {
            String remote = pulp.send(
                            "POST",
                            PulpClient.API + "remotes/container/container/",
                            "{\"name\":\"near\",\"url\":\"" + upstream.url() + "\",\"upstream_name\":\"library/app\"}")
                    .json()
                    .path("pulp_href")
                    .asText();
            String href = pulp.createRepository("near").path("pulp_href").asText();

            JsonNode task = TaskEnd.await(
                    RegistryClient.administrator(),
                    pulp.send("POST", href + "sync/", "{\"remote\":\"" + remote + "\"}"));

            assertThat(task.path("state").asText()).isEqualTo("failed");
            assertThat(task.at("/error/description").asText())
                    .contains("127.0.0.1 is a loopback address")
                    .contains("'upstreams' is 'public'")
                    .contains("url");
            assertThat(upstream.requests()).isEmpty();
        }
    }
}
