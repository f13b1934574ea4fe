package dev.lading.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTextTest {
    /** Each as one part, and byte for byte; $ is a line feed, and < a carriage return. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "lines and tabs|a$\tb$|a$\tb$",
                "colour|\u001b[1;31mred\u001b[0m.|\u001b[1;31mred\u001b[0m.",
                "colour of many parts|\u001b[38;2;1;2;3mx|\u001b[38;2;1;2;3mx",
                "clearing the screen|a\u001b[2J\u001b[Hb|ab",
                "private mode|\u001b[?25lx\u001b[?25h|x",
                "a title|\u001b]0;title\u0007x|]0;titlex",
                "a reset of the terminal|\u001bcx|cx",
                "two escapes|\u001b\u001b[31mx|\u001b[31mx",
                "no sequence|\u001b[9999999999999999999999999999999999mx|[9999999999999999999999999999999999mx",
                "progress in one line|10%<20%<$end|10%$20%$end",
                "bell, backspace, C1|a\u0007\b\u009b31mb|a31mb",
                "direction|a\u202eb|a?b",
                "more than ASCII|ümläut €😀|ümläut €😀",
            })
    void only_lines_tabs_and_colours_are_left(String what, String log, String shown) {
        byte[] bytes = log.replace('$', '\n').replace('<', '\r').getBytes(UTF_8);
        String expected = shown.replace('$', '\n');
        LogText whole = new LogText();
        LogText pieces = new LogText();
        StringBuilder joined = new StringBuilder();
        for (byte each : bytes) {
            joined.append(pieces.of(new byte[] {each}));
        }

        assertThat(whole.of(bytes)).isEqualTo(expected);
        assertThat(joined).asString().isEqualTo(expected);
    }
}
