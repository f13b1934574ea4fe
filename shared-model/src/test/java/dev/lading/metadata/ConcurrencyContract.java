package dev.lading.metadata;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The contract of every {@link MetadataStore} for concurrent callers. */
public abstract class ConcurrencyContract {
    private static final int THREADS = 8;
    private static final int ROUNDS = 6;

    protected abstract MetadataStore store();

    @Test
    void no_increment_is_lost() {
        store().write(Write.put(Note.TABLE, new Note("shelf", "counter", "0", 0)));
        together(THREADS, thread -> {
            for (int round = 0; round < ROUNDS; round++) {
                increment();
            }
        });
        Note counter = counter();
        assertThat(counter.text()).isEqualTo(Integer.toString(THREADS * ROUNDS));
        assertThat(counter.revision()).isEqualTo(THREADS * ROUNDS);
    }

    @Test
    void every_transaction_is_seen_whole() {
        together(THREADS, thread -> {
            for (int round = 0; round < ROUNDS; round++) {
                String set = "%02d-%02d".formatted(thread, round);
                List<Write> writes = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    writes.add(Write.put(Note.TABLE, Note.of("shelf", set + "#" + i), Condition.absent()));
                }
                assertThat(store().write(writes)).isTrue();
                assertThat(titles(set)).hasSize(10);
            }
        });
        assertThat(titles("")).hasSize(THREADS * ROUNDS * 10);
    }

    @Test
    void of_many_transactions_for_one_place_one_is_applied_and_no_other_leaves_anything() {
        Set<Integer> winners = ConcurrentHashMap.newKeySet();
        together(THREADS, thread -> {
            if (store().write(
                            Write.put(Note.TABLE, Note.of("side", "before " + thread)),
                            Write.put(Note.TABLE, new Note("shelf", "prize", "" + thread, 0), Condition.absent()),
                            Write.put(Note.TABLE, Note.of("side", "behind " + thread)))) {
                winners.add(thread);
            }
        });
        assertThat(winners).hasSize(1);
        int winner = winners.iterator().next();
        assertThat(store().get(Note.TABLE, new Key("shelf", "prize")).map(Note::text))
                .contains("" + winner);
        assertThat(store().query(Note.TABLE, Query.ascending("side", " ", "~", 1000))
                        .records())
                .extracting(Note::title)
                .containsExactlyInAnyOrder("before " + winner, "behind " + winner);
    }

    @Test
    void two_records_that_change_together_are_never_read_apart_by_a_checked_write() {
        Note left = new Note("shelf", "left", "0", 0);
        Note right = new Note("shelf", "right", "0", 0);
        store().write(Write.put(Note.TABLE, left), Write.put(Note.TABLE, right));
        together(THREADS, thread -> {
            for (int done = 0; done < ROUNDS; ) {
                Note l = store().get(Note.TABLE, left.key()).orElseThrow();
                Note r = store().get(Note.TABLE, right.key()).orElseThrow();
                if (store().write(change(l), change(r))) {
                    assertThat(l.revision()).isEqualTo(r.revision());
                    done++;
                }
            }
        });
        assertThat(store().get(Note.TABLE, left.key()).orElseThrow().revision()).isEqualTo(THREADS * ROUNDS);
    }

    @Test
    void a_read_sees_every_write_that_was_answered_before_it_began() {
        AtomicLong answered = new AtomicLong();
        Note note = new Note("shelf", "x#1", "0", 0);
        Query newest = Query.descending("shelf", "x#0", "x#9", 1);
        store().write(Write.put(Note.TABLE, note));
        together(THREADS, thread -> {
            for (long round = 1; round <= 20 * ROUNDS; round++) {
                if (thread == 0) {
                    store().write(Write.put(Note.TABLE, new Note("shelf", "x#1", "", round)));
                    answered.set(round);
                } else {
                    long before = answered.get();
                    Note read = thread % 2 == 0
                            ? store().get(Note.TABLE, note.key()).orElseThrow()
                            : store().query(Note.TABLE, newest).records().getFirst();
                    assertThat(read.revision()).isGreaterThanOrEqualTo(before);
                }
            }
        });
    }

    private static Write change(Note read) {
        return Write.put(Note.TABLE, read.revised("changed"), Condition.unchanged(read));
    }

    private void increment() {
        Note read;
        do {
            read = counter();
        } while (!store().write(Write.put(
                Note.TABLE,
                read.revised(Integer.toString(Integer.parseInt(read.text()) + 1)),
                Condition.unchanged(read))));
    }

    private Note counter() {
        return store().get(Note.TABLE, new Key("shelf", "counter")).orElseThrow();
    }

    private List<String> titles(String set) {
        return store()
                .query(Note.TABLE, Query.ascending("shelf", set.isEmpty() ? " " : set + "#", set + "~", 5000))
                .records()
                .stream()
                .map(Note::title)
                .toList();
    }
}
