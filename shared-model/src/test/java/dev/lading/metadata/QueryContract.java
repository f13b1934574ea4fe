package dev.lading.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link MetadataStore} for ranges of a partition. */
public abstract class QueryContract {
    protected abstract MetadataStore store();

    @Test
    void an_empty_partition_has_one_empty_page() {
        Page<Note> page = store().query(Note.TABLE, Query.ascending("nothing", " ", "~", 10));
        assertThat(page.records()).isEmpty();
        assertThat(page.next()).isEmpty();
    }

    @Test
    void both_bounds_belong_to_the_range() {
        write("shelf", "a", "b", "c", "d", "e");
        assertThat(titles(Query.ascending("shelf", "b", "d", 10))).containsExactly("b", "c", "d");
        assertThat(titles(Query.descending("shelf", "b", "d", 10))).containsExactly("d", "c", "b");
        assertThat(titles(Query.ascending("shelf", "c", "c", 10))).containsExactly("c");
    }

    @Test
    void bounds_need_not_be_records() {
        write("shelf", "b", "d");
        assertThat(titles(Query.ascending("shelf", "a", "c", 10))).containsExactly("b");
        assertThat(titles(Query.descending("shelf", "c", "z", 10))).containsExactly("d");
    }

    @Test
    void the_limit_takes_the_first_in_the_direction_of_the_query() {
        write("shelf", "a", "b", "c", "d");
        assertThat(store().query(Note.TABLE, Query.ascending("shelf", "a", "d", 2))
                        .records())
                .extracting(Note::title)
                .containsExactly("a", "b");
        assertThat(store().query(Note.TABLE, Query.descending("shelf", "a", "d", 1))
                        .records())
                .extracting(Note::title)
                .containsExactly("d");
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 100, 300, 1000})
    void pages_in_either_direction_miss_nothing_and_repeat_nothing(int limit) {
        List<String> all =
                IntStream.range(0, 300).mapToObj(i -> "%04d".formatted(i * 2)).toList();
        write("shelf", all.toArray(String[]::new));
        assertThat(titles(Query.ascending("shelf", "0000", "9999", limit))).isEqualTo(all);
        assertThat(titles(Query.descending("shelf", "0000", "9999", limit))).isEqualTo(all.reversed());
    }

    @Test
    void a_query_goes_on_behind_a_key_that_was_deleted() {
        write("shelf", "a", "c", "d");
        assertThat(titles(Query.ascending("shelf", "a", "d", 10).after("b"))).containsExactly("c", "d");
        assertThat(titles(Query.descending("shelf", "a", "d", 10).after("b"))).containsExactly("a");
    }

    @Test
    void a_query_goes_on_behind_a_key_that_is_there() {
        write("shelf", "a", "b", "c");
        assertThat(titles(Query.ascending("shelf", "a", "c", 10).after("b"))).containsExactly("c");
        assertThat(titles(Query.descending("shelf", "a", "c", 10).after("b"))).containsExactly("a");
    }

    @Test
    void keys_are_ordered_by_their_utf8_bytes() {
        // U+1F600 is behind U+FF5E in UTF-8, and before it in the UTF-16 of Java's strings.
        List<String> inOrder = List.of("-", ".", "0", "A", "Z", "_", "a", "z", "é", "語", "\uFF5E", "😀");
        List<String> shuffled = new ArrayList<>(inOrder);
        Collections.reverse(shuffled);
        write("shelf", shuffled.toArray(String[]::new));
        assertThat(titles(Query.ascending("shelf", " ", "😀", 5))).isEqualTo(inOrder);
        assertThat(titles(Query.descending("shelf", " ", "😀", 5))).isEqualTo(inOrder.reversed());
    }

    @Test
    void names_that_begin_alike_are_told_apart() {
        write("shelf", "1.0#0000000001", "1.0#0000000002", "1.0-rc#0000000001", "1.0.1#0000000003", "1#0000000009");
        assertThat(titles(Query.descending("shelf", "1.0#0000000000", "1.0#9999999999", 10)))
                .containsExactly("1.0#0000000002", "1.0#0000000001");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void a_history_is_read_page_by_page_within_its_bounds(int limit) {
        write("shelf", "x#1", "x#2", "x#3", "x#4", "x#5", "x#6", "x#7");
        for (int again = 0; again < 2; again++) {
            assertThat(titles(Query.descending("shelf", "x#0", "x#9", limit)))
                    .containsExactly("x#7", "x#6", "x#5", "x#4", "x#3", "x#2", "x#1");
            assertThat(titles(Query.descending("shelf", "x#5", "x#6", limit))).containsExactly("x#6", "x#5");
            assertThat(titles(Query.descending("shelf", "x#2", "x#3", limit))).containsExactly("x#3", "x#2");
            assertThat(titles(Query.descending("shelf", "x#8", "x#9", limit))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x#3", "x#a#1", "x#a#1#b", "x#é"})
    void a_history_that_was_read_shows_what_is_written_and_deleted_later(String title) {
        Query newest = Query.descending("shelf", "x#", "x#�", 2);
        write("shelf", "x#1");
        assertThat(titles(newest)).containsExactly("x#1");
        write("shelf", title);
        assertThat(titles(newest)).containsExactly(title, "x#1");
        store().write(Write.delete(Note.TABLE, Note.of("shelf", title)));
        assertThat(titles(newest)).containsExactly("x#1");
        store().write(Write.delete(Note.TABLE, Note.of("shelf", "x#1")));
        assertThat(titles(newest)).isEmpty();
    }

    @Test
    void partitions_that_begin_alike_are_told_apart() {
        write("app", "x");
        write("app1", "y");
        write("app#1", "z");
        assertThat(titles(Query.ascending("app", " ", "~", 10))).containsExactly("x");
    }

    @Test
    void large_records_are_paged_until_all_are_read() {
        String large = "x".repeat(300_000);
        IntStream.range(0, 12)
                .forEach(i -> store().write(Write.put(Note.TABLE, new Note("large", "%02d".formatted(i), large, 0))));
        assertThat(titles(Query.ascending("large", "00", "99", 100)))
                .hasSize(12)
                .isSorted();
    }

    private void write(String shelf, String... titles) {
        List<Write> writes = new ArrayList<>();
        for (String title : titles) {
            writes.add(Write.put(Note.TABLE, Note.of(shelf, title)));
            if (writes.size() == MetadataStore.MAX_WRITES) {
                assertThat(store().write(writes)).isTrue();
                writes.clear();
            }
        }
        assertThat(store().write(writes)).isTrue();
    }

    private List<String> titles(Query query) {
        List<String> titles = new ArrayList<>();
        Optional<String> after = query.after();
        do {
            Page<Note> page = store().query(Note.TABLE, after.map(query::after).orElse(query));
            assertThat(page.records()).hasSizeLessThanOrEqualTo(query.limit());
            page.records().forEach(note -> titles.add(note.title()));
            after = page.next();
        } while (after.isPresent());
        return titles;
    }
}
