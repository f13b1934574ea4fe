package dev.lading.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns of tags. */
class GlobTest {
    @ParameterizedTest(name = "{0} takes {1}: {2}")
    @CsvSource({
        "v1, v1, true",
        "v1, v10, false",
        "v1, V1, false",
        "*, v1, true",
        "**, v, true",
        "v*, v, true",
        "v*, v1.2, true",
        "v*, av, false",
        "*1, v1, true",
        "*1, v12, false",
        "v?, v1, true",
        "v?, v, false",
        "v?, v12, false",
        "?*?, ab, true",
        "?*?, a, false",
        "*-rc*, 1.0-rc1, true",
        "*a*a*, ba, false",
        "*a*a*, bada, true",
        "*ab*abc, ababcabc, true",
        "*ab*abc, ababcab, false",
        "v1.2, v1x2, false",
        "v[12], v1, true",
        "v[12], v3, false",
        "v[0-9].[0-9], v1.2, true",
        "v[0-9], va, false",
        "v[!0-9], va, true",
        "v[!0-9], v1, false",
        "*_[bd], manifest_b, true",
        "*_[bd], manifest_a, false",
        "v[1, v1, false",
        "v[1, v[1, true",
        "v[, v[, true",
        "v[!, v[!, true",
        "v[], v[], true",
        "v[]1], v1, true",
        "v[]1], v], true",
        "v[!]1], v2, true",
        "v[!]1], v], false",
        "v[a-], v-, true",
        "v[-a], v-, true",
        "v[^1], v^, true",
        "v[^1], v2, false",
        "v[2-1], v1, false",
        "v[!2-1], v1, true",
        "v[1-2-3], v-, true",
        "v[1-2-3], v3, true",
        "v[[], v[, true",
        "v[*], v*, true",
        "v[*], v1, false",
        "*[0-9]*, abc1x, true",
        "\\Ev1, v1, false",
        "'', '', true",
        "'*', '', true",
        "'?', '', false",
    })
    void patterns(String pattern, String tag, boolean taken) {
        assertThat(new Glob(pattern).matches(tag)).isEqualTo(taken);
    }

    @ParameterizedTest(name = "{0} can match a tag: {1}")
    @CsvSource({
        "v1, true",
        "v*, true",
        "'*', true",
        "_[!a], true",
        "[a-z]*, true",
        "v1|v2, false",
        "^v.*$, false",
        "v1 , true",
        "'v1 ', false",
        "a/b, false",
        "busybox:latest, false",
        ".hidden, false",
        "*.hidden, true",
        "-1, false",
        "[.-]1, false",
        "v[1, false",
        "v[^$], false",
        "v[2-1], false",
        "v(1|2), false",
        "v+, false",
        "'', false",
    })
    void patterns_that_no_tag_can_match(String pattern, boolean can) {
        assertThat(new Glob(pattern).canMatch()).isEqualTo(can);
    }

    @Test
    void no_tag_is_longer_than_128_characters() {
        assertThat(new Glob("?".repeat(128) + "*").canMatch()).isTrue();
        assertThat(new Glob("?".repeat(129)).canMatch()).isFalse();
    }

    /** Patterns for which a regular expression takes exponential time. */
    @Test
    @Timeout(20)
    void many_stars_take_no_longer() {
        var glob = new Glob("*a".repeat(60) + "*b");

        for (int i = 0; i < 10_000; i++) {
            assertThat(glob.matches("a".repeat(128))).isFalse();
        }
    }
}
