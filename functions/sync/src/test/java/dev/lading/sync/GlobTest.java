package dev.lading.sync;

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
        "v[12], v1, false",
        "\\Ev1, v1, false",
        "'', '', true",
        "'*', '', true",
        "'?', '', false",
    })
    void patterns(String pattern, String tag, boolean taken) {
        assertThat(new Glob(pattern).matches(tag)).isEqualTo(taken);
    }

    /** A regular expression takes exponential time for this. */
    @Test
    @Timeout(20)
    void many_stars_take_no_longer() {
        var glob = new Glob("*a".repeat(60) + "*b");

        for (int i = 0; i < 10_000; i++) {
            assertThat(glob.matches("a".repeat(128))).isFalse();
        }
    }
}
