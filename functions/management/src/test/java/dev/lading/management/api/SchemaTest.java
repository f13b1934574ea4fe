package dev.lading.management.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
    @ParameterizedTest
    @CsvSource({
        "2030-01-31,                       2030-01-31T00:00:00Z",
        "2030-01-31T12:30:00Z,             2030-01-31T12:30:00Z",
        "2030-01-31 12:30:00,              2030-01-31T12:30:00Z",
        "2030-01-31T12:30,                 2030-01-31T12:30:00Z",
        "2030-01-31T12:30:00.250000,       2030-01-31T12:30:00.25Z",
        "2030-01-31T12:30:00.000000+0000,  2030-01-31T12:30:00Z",
        "2030-01-31T12:30:00+0130,         2030-01-31T11:00:00Z",
        "2030-01-31T12:30:00-01:30,        2030-01-31T14:00:00Z",
    })
    void times_are_read_as_clients_write_them(String text, Instant time) {
        assertThat(Schema.time(text)).contains(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2030-13-01", "12:30", "2030-01-31T25:00:00Z", "T"})
    void other_texts_are_no_times(String text) {
        assertThat(Schema.time(text)).isEmpty();
    }

    @Test
    void a_regular_expression_that_never_ends_is_stopped() {
        var passes = Lookup.REGEX.test("name__regex", List.of("(.*a){12}b"));

        assertThat(passes.test("a".repeat(12) + "b")).isTrue();
        assertThatThrownBy(() -> passes.test("a".repeat(200))).isInstanceOf(Problem.class);
    }
}
