package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The rotation of token keys over HTTP. Other tests of the same server may have begun one. */
@QuarkusTest
class TokenKeysTest {
    private static final String KEYS = PulpClient.API + "token_keys/";
    private static final String TOKEN = "/token/?service=lading&scope=registry:management:*";

    private final RegistryClient admin = RegistryClient.administrator();

    private String token() {
        return admin.get(TOKEN).json().path("token").asText();
    }

    private static String state(JsonNode key) {
        return key.path("state").asText();
    }

    @Test
    void a_rotation_makes_a_key_that_signs_in_ten_minutes_and_ends_no_token() {
        String before = token();

        var answer = admin.send("POST", KEYS, new byte[0]);

        JsonNode made = answer.json();
        assertThat(answer.status()).as(made.toString()).isEqualTo(200);
        assertThat(made.path("name").asText()).matches("token-key-[2-6]");
        assertThat(state(made)).isEqualTo("coming");
        assertThat(made.path("checks_until").isNull()).isTrue();
        Instant signsFrom = Instant.parse(made.path("signs_from").asText());
        assertThat(signsFrom).isBetween(Instant.now(), Instant.now().plus(Duration.ofMinutes(10)));
        assertThat(admin.send("POST", KEYS, new byte[0]).json()).isEqualTo(made);
        for (String token : new String[] {before, token()}) {
            assertThat(RegistryClient.bearer(token).get(KEYS).status()).isEqualTo(200);
        }

        JsonNode listed = admin.get(KEYS).json().path("results");
        assertThat(listed.path(0)).isEqualTo(made);
        JsonNode signing = listed.path(1);
        assertThat(state(signing)).isEqualTo("signing");
        assertThat(signing.path("checks_until").asText())
                .isEqualTo(signsFrom.plus(Duration.ofDays(30)).toString());
        assertThat(new String(Base64.getUrlDecoder().decode(before.split("\\.", 2)[0]), UTF_8))
                .contains("\"kid\":\"" + signing.path("name").asText() + "\"");
    }

    @Test
    void only_the_administrator_sees_and_rotates_keys() {
        admin.send(
                "POST",
                PulpClient.API + "users/",
                "{\"username\":\"keyless\",\"password\":\"battery staple\"}".getBytes(UTF_8));
        RegistryClient user = RegistryClient.basic("keyless", "battery staple");

        assertThat(user.get(KEYS).status()).isEqualTo(403);
        assertThat(user.send("POST", KEYS, new byte[0]).status()).isEqualTo(403);
        assertThat(RegistryClient.anonymous().get(KEYS).status()).isEqualTo(401);
        assertThat(RegistryClient.anonymous().send("POST", KEYS, new byte[0]).status())
                .isEqualTo(401);
    }
}
