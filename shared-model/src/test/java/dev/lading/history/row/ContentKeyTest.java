package dev.lading.history.row;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentKeyTest {
    /** Rows were written under these keys, and ranges end below the first version and after the last. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 9, 10, 1_234_567_890, Content.PENDING - 1, Content.PENDING, Content.PENDING + 1})
    void a_version_sorts_as_ten_digits(long version) {
        assertThat(Content.sort(version)).isEqualTo("%010d".formatted(version));
    }
}
