package dev.lading.cli.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines and paths are separated by commas. Source: docs.docker.com/build/concepts/context, ".dockerignore files". */
class IgnorePatternsTest {
    @ParameterizedTest(name = "{0} leaves {1} out, and not {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // As documented.
                "# comment,*/temp* | somedir/temporary.txt,somedir/temp,dir/temp/below | temp,a/b/temp,# comment",
                "*/*/temp* | somedir/subdir/temporary.txt | somedir/temp",
                "temp? | tempa,tempb,tempb/below | temp,tempab",
                "/foo/bar | foo/bar,foo/bar/below | bar,a/foo/bar",
                "foo/bar/ | foo/bar,foo/bar/below | foo",
                "**/*.go | a.go,x/a.go,x/y/a.go | a.gox",
                "*.md,!README.md | a.md,b.md | README.md,x/a.md",
                "*.md,!README*.md,README-secret.md | a.md,README-secret.md | README.md,README-x.md",
                "*.md,README-secret.md,!README*.md | a.md | README.md,README-secret.md",
                "*,!src/** | a,docs/a | src/a,src/x/y",
                ". | '' | a,.git",
                // As the matcher has it.
                "foo/** | foo/a,foo/a/b | foo,xfoo/a",
                "**/foo | foo,a/foo,a/b/foo/c | xfoo",
                "a/**/b | a/b,a/x/b,a/x/y/b | ab,a/xb",
                "** | a,a/b | ''",
                "a[b-d] | ab,ad | ae,a",
                "a[^b-d] | ae | ab,ad",
                "a[!b] | a!,ab | ac",
                "a\\*b | a*b | axb",
                "a.b+(c){d}^$ | a.b+(c){d}^$ | axb+(c){d}^$",
                "  spaced  | spaced | ' spaced'",
                "with space | with space | withspace",
                "' # no comment' | # no comment | no comment",
                "../a | '' | a",
                "x/../a,./b,c//d | a,b,c/d | x",
                "/../a | a | b",
                "dir,! dir/in | dir,dir/x | dir/in,dir/in/y",
                "\uFEFFbom | bom | a",
            })
    void the_last_line_that_fits_decides(String lines, String out, String in) throws Exception {
        IgnorePatterns patterns = IgnorePatterns.parse(lines.replace(',', '\n'));

        assertThat(paths(out)).allMatch(patterns::leavesOut);
        assertThat(paths(in)).noneMatch(patterns::leavesOut);
    }

    private static List<String> paths(String names) {
        return names.isEmpty() ? List.of() : Arrays.asList(names.split(",", -1));
    }

    @Test
    void lines_end_as_they_do_on_windows_too() throws Exception {
        IgnorePatterns patterns = IgnorePatterns.parse("a\r\nb\r\n\r\n");

        assertThat(List.of("a", "b")).allMatch(patterns::leavesOut);
        assertThat(patterns.leavesOut("c")).isFalse();
    }

    @Test
    void a_name_may_hold_a_line_break() throws Exception {
        assertThat(IgnorePatterns.parse("**/b").leavesOut("a\nx/b")).isTrue();
    }

    @Test
    void a_folder_is_gone_through_for_what_may_be_brought_back() throws Exception {
        IgnorePatterns patterns = IgnorePatterns.parse("*\n!src/main/*.c\n!lib");

        assertThat(List.of("src", "src/main", "lib/x")).allMatch(patterns::mayBringBackBelow);
        assertThat(List.of("node_modules", "src/test", "sr")).noneMatch(patterns::mayBringBackBelow);
        assertThat(IgnorePatterns.parse("*\n!**/a").mayBringBackBelow("x/y")).isTrue();
        assertThat(IgnorePatterns.parse("*").mayBringBackBelow("x")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "! ", "[", "a[", "a[]", "[a-", "[-a]", "[b-a]", "[]a]", "a\\", "[a-]]"})
    void what_is_no_pattern_is_told_by_its_line(String line) {
        assertThatThrownBy(() -> IgnorePatterns.parse("ok\n" + line))
                .isInstanceOf(IgnorePatterns.Unreadable.class)
                .hasMessageContaining("line 2");
    }
}
