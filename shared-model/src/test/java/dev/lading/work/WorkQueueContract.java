package dev.lading.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every queue. */
public abstract class WorkQueueContract {
    private static final long PATIENCE_SECONDS = 30;

    /**
     * A queue that delivers to {@code worker}; if there was one before, it has stopped, and this one takes over its
     * work.
     */
    protected abstract WorkQueue start(Worker worker);

    protected static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_was_sent_is_delivered() {
        List<Work> done = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(2);
        WorkQueue queue = start(work -> {
            done.add(work);
            all.countDown();
        });

        assertThat(queue.send(new Work("a", "1"))).isTrue();
        assertThat(queue.send(new Work("b", "{\"json\": \"äöü\"}"))).isTrue();

        await(all);
        assertThat(done).containsExactlyInAnyOrder(new Work("a", "1"), new Work("b", "{\"json\": \"äöü\"}"));
    }

    @Test
    void many_pieces_sent_at_once_are_all_delivered() {
        List<Work> sent = IntStream.range(0, 250)
                .mapToObj(i -> new Work("g" + i % 3, "" + i))
                .toList();
        List<Work> done = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(sent.size());
        WorkQueue queue = start(work -> {
            done.add(work);
            all.countDown();
        });

        assertThat(queue.send(sent)).isTrue();

        await(all);
        assertThat(done).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(done.stream().filter(work -> work.group().equals("g0")))
                .containsExactlyElementsOf(
                        sent.stream().filter(work -> work.group().equals("g0")).toList());
    }

    @Test
    void work_of_one_group_is_done_one_after_another_in_order() {
        List<String> log = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(20);
        WorkQueue queue = start(work -> {
            log.add("begin " + work.body());
            log.add("end " + work.body());
            all.countDown();
        });

        for (int i = 0; i < 20; i++) {
            queue.send(new Work("one", String.valueOf(i)));
        }

        await(all);
        for (int i = 0; i < 20; i++) {
            assertThat(log.subList(2 * i, 2 * i + 2)).containsExactly("begin " + i, "end " + i);
        }
    }

    @Test
    void work_of_two_groups_is_done_at_the_same_time() {
        CyclicBarrier meeting = new CyclicBarrier(2);
        CountDownLatch both = new CountDownLatch(2);
        WorkQueue queue = start(work -> {
            try {
                meeting.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                both.countDown();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        queue.send(new Work("a", "1"));
        queue.send(new Work("b", "2"));

        await(both);
    }

    @Test
    void work_that_fails_is_delivered_again_and_then_put_aside() {
        List<String> tries = new CopyOnWriteArrayList<>();
        CountDownLatch next = new CountDownLatch(1);
        WorkQueue queue = start(work -> {
            tries.add(work.body());
            if (work.body().equals("bad")) {
                throw new IllegalStateException("as the test wants it");
            }
            next.countDown();
        });

        queue.send(new Work("a", "bad"));
        queue.send(new Work("a", "good"));

        await(next);
        assertThat(tries).startsWith("bad", "bad").endsWith("good");
        assertThat(tries).hasSizeLessThanOrEqualTo(WorkQueue.MAX_DELIVERIES + 1);
    }

    @Test
    void the_worker_is_told_what_was_put_aside() {
        List<Work> aside = new CopyOnWriteArrayList<>();
        CountDownLatch told = new CountDownLatch(1);
        WorkQueue queue = start(new Worker() {
            @Override
            public void work(Work work) {
                throw new IllegalStateException("as the test wants it");
            }

            @Override
            public void deadLetter(Work work) {
                aside.add(work);
                told.countDown();
            }
        });

        queue.send(new Work("a", "bad"));

        await(told);
        assertThat(aside).containsExactly(new Work("a", "bad"));
    }
}
