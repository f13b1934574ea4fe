package dev.lading.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RepositoryNameTest {
    /** The specification's pattern. Source: distribution-spec v1.1, "Pulling manifests". */
    private static final Pattern SPECIFIED =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

    @Test
    void names_are_those_of_the_specification() {
        List<String> texts = List.of("");
        for (int length = 0; length < 6; length++) {
            List<String> longer = new ArrayList<>();
            for (String text : texts) {
                assertThat(RepositoryName.isValid(text))
                        .as(text)
                        .isEqualTo(SPECIFIED.matcher(text).matches());
                for (char c : "a9.-_/A\n".toCharArray()) {
                    longer.add(text + c);
                }
            }
            texts = longer;
        }
    }

    @Test
    void a_name_has_255_characters_at_most() {
        assertThat(RepositoryName.isValid("a".repeat(255))).isTrue();
        assertThat(RepositoryName.isValid("a".repeat(256))).isFalse();
    }
}
