package dev.lading.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretMaskTest {
    private static String masked(List<String> secrets, String... writes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var mask = new SecretMask(
                out,
                secrets.stream()
                        .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                        .toList())) {
            for (String write : writes) {
                mask.write(write.getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_secret_split_anywhere_is_masked() throws Exception {
        String text = "the word is swordfish, swordfish.";
        for (int first = 0; first <= text.length(); first++) {
            for (int second = first; second <= text.length(); second++) {
                assertThat(masked(
                                List.of("swordfish"),
                                text.substring(0, first),
                                text.substring(first, second),
                                text.substring(second)))
                        .isEqualTo("the word is ***, ***.");
            }
        }
    }

    @Test
    void a_secret_that_begins_with_another_is_masked_whole() throws Exception {
        List<String> secrets = List.of("abcd", "abcdefgh");
        assertThat(masked(secrets, "<abcd", "efgh>")).isEqualTo("<***>");
        assertThat(masked(secrets, "<abcd", "ef>")).isEqualTo("<***ef>");
    }

    @Test
    void a_secret_at_the_end_is_masked_though_a_longer_one_may_follow() throws Exception {
        assertThat(masked(List.of("abcd", "abcdefgh"), "abcde")).isEqualTo("***e");
    }

    @Test
    void a_secret_is_masked_without_the_end_of_its_line_too() throws Exception {
        assertThat(masked(List.of("swordfish\n"), "swordfish and swordfish\n")).isEqualTo("*** and ***");
    }

    @Test
    void the_beginning_of_a_secret_alone_is_text() throws Exception {
        assertThat(masked(List.of("swordfish"), "sword")).isEqualTo("sword");
    }
}
