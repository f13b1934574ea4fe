package dev.lading.metadata;

import static dev.lading.testing.Together.together;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link MetadataStore} for single records and for writes. */
public abstract class MetadataStoreContract {
    private static final int ROWS = 50;

    protected abstract MetadataStore store();

    @Test
    void an_absent_record_is_empty() {
        assertThat(store().get(Note.TABLE, new Key("shelf", "never written"))).isEmpty();
    }

    @Test
    void a_record_is_read_as_it_was_put() {
        Note note = Note.of("shelf", "title");
        assertThat(store().write(Write.put(Note.TABLE, note))).isTrue();
        assertThat(find(note)).contains(note);
    }

    @Test
    void records_of_many_keys_are_read_in_their_order_without_the_absent() {
        // More than the 16 MB that DynamoDB answers at once.
        List<Note> notes = IntStream.range(0, 60)
                .mapToObj(i -> new Note("shelf-" + i % 7, "many-" + i, "x".repeat(300_000), i))
                .toList();
        notes.forEach(this::put);
        List<Key> keys = Stream.concat(
                        IntStream.range(60, MetadataStore.MAX_GETS).mapToObj(i -> new Key("shelf-1", "many-" + i)),
                        notes.reversed().stream().map(Note::key))
                .toList();
        assertThat(store().getAll(Note.TABLE, keys)).isEqualTo(notes.reversed());
        assertThat(store().getAll(Note.TABLE, List.of())).isEmpty();
    }

    @Test
    void a_put_replaces_the_record_as_a_whole() {
        put(new Note("shelf", "title", "first", 1));
        Note second = new Note("shelf", "title", "second", 7);
        put(second);
        assertThat(find(second)).contains(second);
    }

    @Test
    void a_deleted_record_is_gone_and_may_be_deleted_again() {
        Note note = Note.of("shelf", "title");
        put(note);
        assertThat(store().write(Write.delete(Note.TABLE, note))).isTrue();
        assertThat(find(note)).isEmpty();
        assertThat(store().write(Write.delete(Note.TABLE, note))).isTrue();
    }

    @Test
    void tables_keep_records_of_one_key_apart() {
        Table<Note> drafts = new Table<>("draft", Note.class, Note.TABLE.keyOf());
        Note note = new Note("shelf", "title", "final", 0);
        Note draft = new Note("shelf", "title", "draft", 0);
        assertThat(store().write(Write.put(Note.TABLE, note), Write.put(drafts, draft)))
                .isTrue();
        assertThat(store().get(Note.TABLE, note.key())).contains(note);
        assertThat(store().get(drafts, note.key())).contains(draft);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "naïve café",
                "日本語のタグ",
                "😀 beyond the basic plane",
                "\"quoted\" \\ and /",
                "line\nbreak\tand\u0001"
            })
    void text_survives_in_keys_and_in_attributes(String text) {
        Note note = new Note(text, text, text, 3);
        put(note);
        assertThat(find(note)).contains(note);
        assertThat(store().query(Note.TABLE, Query.ascending(text, text, text, 2))
                        .records())
                .containsExactly(note);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "語"})
    void a_record_of_the_greatest_size_is_kept(String letter) {
        Note note = largest("shelf", "large", letter);
        put(note);
        assertThat(find(note)).contains(note);
    }

    @Test
    void a_write_of_the_greatest_size_is_applied() {
        List<Note> notes = IntStream.range(0, MetadataStore.MAX_WRITE_BYTES / MetadataStore.MAX_RECORD_BYTES)
                .mapToObj(i -> largest("shelf", "large " + i, "a"))
                .toList();
        assertThat(store().write(puts(notes))).isTrue();
        assertThat(notes).allSatisfy(note -> assertThat(find(note)).contains(note));
    }

    @Test
    void a_hundred_writes_are_applied_together() {
        List<Note> notes = notes(MetadataStore.MAX_WRITES);
        assertThat(store().write(puts(notes))).isTrue();
        assertThat(notes).allSatisfy(note -> assertThat(find(note)).contains(note));
    }

    @Test
    void one_failing_condition_undoes_a_hundred_writes() {
        List<Note> notes = notes(MetadataStore.MAX_WRITES);
        Note last = notes.getLast();
        put(last);
        List<Write> writes = Stream.concat(
                        notes.stream().limit(notes.size() - 1L).map(note -> Write.put(Note.TABLE, note)),
                        Stream.of(Write.put(Note.TABLE, last.revised("taken"), Condition.absent())))
                .toList();
        assertThat(store().write(writes)).isFalse();
        assertThat(all("shelf")).containsExactly(last);
    }

    @Test
    void puts_deletes_and_checks_go_together() {
        Note kept = Note.of("shelf", "kept");
        Note old = Note.of("shelf", "old");
        Note made = Note.of("shelf", "made");
        put(kept);
        put(old);
        assertThat(store().write(
                                Write.put(Note.TABLE, made, Condition.absent()),
                                Write.deleteUnchanged(Note.TABLE, old),
                                Write.checkUnchanged(Note.TABLE, kept)))
                .isTrue();
        assertThat(all("shelf")).containsExactly(kept, made);
    }

    @Test
    void a_write_that_need_not_be_synced_is_read_and_holds_its_conditions_all_the_same() {
        Note note = Note.of("shelf", "title");
        assertThat(store().writeUnsynced(List.of(Write.put(Note.TABLE, note, Condition.absent()))))
                .isTrue();
        assertThat(find(note)).contains(note);
        assertThat(store().writeUnsynced(List.of(Write.put(Note.TABLE, note, Condition.absent()))))
                .isFalse();
    }

    @Test
    void a_record_that_was_read_shows_every_later_write() {
        Note note = Note.of("shelf", "title");
        assertThat(find(note)).isEmpty();
        for (int i = 0; i < 3; i++) {
            put(note);
            assertThat(find(note)).contains(note);
            store().write(Write.delete(Note.TABLE, note));
            assertThat(find(note)).isEmpty();
        }
    }

    /** What is decided by a record and those written with it would else be decided by a state that never was. */
    @Test
    void whoever_sees_one_record_of_a_write_sees_them_all() {
        int last = rounds();
        write(0);
        together(4, thread -> {
            if (thread == 0) {
                for (int number = 1; number <= last; number++) {
                    write(number);
                }
                return;
            }
            for (long seen = 0; seen < last; ) {
                seen = find(row(0, 0)).orElseThrow().revision();
                assertThat(find(row(ROWS - 1, 0)).orElseThrow().revision()).isGreaterThanOrEqualTo(seen);
                Query newest = Query.descending("shelf", "row1#", "row1#~", 1);
                assertThat(store().query(Note.TABLE, newest)
                                .records()
                                .getFirst()
                                .revision())
                        .isGreaterThanOrEqualTo(seen);
            }
        });
    }

    /** How often a write and its readers meet. */
    protected int rounds() {
        return 300;
    }

    private void write(int number) {
        assertThat(store().write(IntStream.range(0, ROWS)
                        .mapToObj(row -> Write.put(Note.TABLE, row(row, number)))
                        .toList()))
                .isTrue();
    }

    private static Note row(int number, long revision) {
        return new Note("shelf", "row" + number + "#1", "text", revision);
    }

    @Test
    void nothing_to_write_is_no_failure() {
        assertThat(store().write(List.of())).isTrue();
    }

    protected final void put(Note note) {
        assertThat(store().write(Write.put(Note.TABLE, note))).isTrue();
    }

    private Optional<Note> find(Note note) {
        return store().get(Note.TABLE, note.key());
    }

    private List<Note> all(String shelf) {
        return store().query(Note.TABLE, Query.ascending(shelf, " ", "~", 1000)).records();
    }

    private static List<Note> notes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Note.of("shelf", "%03d".formatted(i)))
                .toList();
    }

    private static List<Write> puts(List<Note> notes) {
        return notes.stream().map(note -> Write.put(Note.TABLE, note)).toList();
    }

    private static Note largest(String shelf, String title, String letter) {
        int overhead = RecordJson.write(new Note(shelf, title, letter, 0)).getBytes(StandardCharsets.UTF_8).length;
        int letters = (MetadataStore.MAX_RECORD_BYTES - overhead) / letter.getBytes(StandardCharsets.UTF_8).length;
        return new Note(
                shelf, title, Stream.generate(() -> letter).limit(letters).collect(joining()), 0);
    }
}
