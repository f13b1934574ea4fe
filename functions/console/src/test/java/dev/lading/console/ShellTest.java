package dev.lading.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Values in commands. */
class ShellTest {
    @Test
    void a_value_is_one_word_and_nothing_in_it_runs() {
        assertThat(Shell.shell("library/alpine:3.20")).isEqualTo("library/alpine:3.20");
        assertThat(Shell.shell("")).isEqualTo("''");
        assertThat(Shell.shell("a b")).isEqualTo("'a b'");
        assertThat(Shell.shell("$(reboot)")).isEqualTo("'$(reboot)'");
        assertThat(Shell.shell("it's; `id`")).isEqualTo("'it'\\''s; `id`'");
        assertThat(Shell.shell("--help")).isEqualTo("'--help'");
        assertThat(Shell.shell("a\nreboot\u001b[2J")).isEqualTo("'a?reboot?[2J'");
    }
}
