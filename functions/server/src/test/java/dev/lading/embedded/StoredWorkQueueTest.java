package dev.lading.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.testing.TestClock;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import dev.lading.work.WorkQueueContract;
import dev.lading.work.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredWorkQueueTest extends WorkQueueContract {
    private static final int MAX_WAITING = 1000;

    @TempDir
    private Path folder;

    private SqliteMetadataStore metadata;
    private StoredWorkQueue queue;

    @BeforeEach
    void open() throws IOException, SQLException {
        metadata = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
    }

    @AfterEach
    void close() throws IOException, SQLException {
        queue.close();
        metadata.close();
    }

    @Override
    protected WorkQueue start(Worker worker) {
        if (queue != null) {
            queue.close();
        }
        queue = new StoredWorkQueue(
                metadata, "test", new TestClock(), 2, MAX_WAITING, Duration.ofMillis(1), Duration.ofMillis(10));
        queue.start(worker);
        return queue;
    }

    @Test
    void work_that_was_not_done_is_done_by_the_next_process_in_order() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        WorkQueue first = start(work -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("killed", e);
            }
        });
        for (int i = 0; i < 5; i++) {
            first.send(new Work("a", String.valueOf(i)));
        }
        await(begun);
        List<String> done = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(5);

        start(work -> {
            done.add(work.body());
            all.countDown();
        });

        await(all);
        assertThat(done).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void work_that_was_put_aside_stays_there_unless_nobody_could_be_told() {
        CountDownLatch aside = new CountDownLatch(2);
        WorkQueue first = start(new Worker() {
            @Override
            public void work(Work work) {
                throw new IllegalStateException("as the test wants it");
            }

            @Override
            public void deadLetter(Work work) {
                aside.countDown();
                if (work.body().equals("untold")) {
                    throw new IllegalStateException("as the test wants it");
                }
            }
        });
        first.send(List.of(new Work("a", "told"), new Work("a", "untold")));
        await(aside);
        List<String> again = new CopyOnWriteArrayList<>();
        CountDownLatch last = new CountDownLatch(1);

        WorkQueue second = start(work -> {
            again.add(work.body());
            if (work.body().equals("last")) {
                last.countDown();
            }
        });
        second.send(new Work("a", "last"));

        await(last);
        assertThat(again).containsExactly("untold", "last");
    }

    @Test
    void no_more_than_so_much_work_waits() {
        CountDownLatch go = new CountDownLatch(1);
        WorkQueue bounded = start(work -> await(go));

        assertThat(bounded.send(Collections.nCopies(MAX_WAITING, new Work("a", "x"))))
                .isTrue();

        assertThat(bounded.send(new Work("b", "x"))).isFalse();
        go.countDown();
    }

    @Test
    void work_that_was_taken_before_is_taken_again_however_much_waits() {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(MAX_WAITING + 250);
        WorkQueue full = start(work -> {
            await(go);
            all.countDown();
        });
        full.send(Collections.nCopies(MAX_WAITING, new Work("a", "x")));

        full.sendAgain(Collections.nCopies(250, new Work("b", "again")));

        go.countDown();
        await(all);
    }
}
