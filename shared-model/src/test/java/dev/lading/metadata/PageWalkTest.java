package dev.lading.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Three pages of two records, of which the second is empty as a filtered one may be. */
class PageWalkTest {
    private final List<Optional<String>> read = new ArrayList<>();

    private Page<String> page(Optional<String> after) {
        read.add(after);
        return switch (after.orElse("")) {
            case "" -> new Page<>(List.of("a", "b"), Optional.of("b"));
            case "b" -> new Page<>(List.of(), Optional.of("d"));
            default -> new Page<>(List.of("e", "f"), Optional.empty());
        };
    }

    private Stream<String> records() {
        return Page.records(this::page);
    }

    @Test
    void all_pages_are_read_once_in_their_order() {
        assertThat(records()).containsExactly("a", "b", "e", "f");
        assertThat(read).containsExactly(Optional.empty(), Optional.of("b"), Optional.of("d"));
    }

    @Test
    void a_page_is_not_read_before_it_is_reached() {
        Stream<String> records = records();
        assertThat(read).isEmpty();
        assertThat(records.limit(2)).containsExactly("a", "b");
        assertThat(read).hasSize(1);
    }

    @Test
    void an_iterator_reads_no_page_ahead() {
        var records = records().iterator();
        assertThat(records.next() + records.next()).isEqualTo("ab");
        assertThat(read).hasSize(1);
        assertThat(records.next()).isEqualTo("e");
        assertThat(read).hasSize(3);
    }
}
