package dev.lading.management.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lading.oci.RegistryException.StoreBusy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ListRoomTest {
    private static final int ALL = 5_000;
    private static final int ADMITTED = 16;

    private final ListRoom room = new ListRoom(ALL);
    private final CountDownLatch read = new CountDownLatch(1);
    private final AtomicInteger reading = new AtomicInteger();

    @Test
    void some_wait_for_room_and_more_are_refused_while_short_lists_need_none() throws Exception {
        List<Thread> threads = new ArrayList<>();
        try (ExecutorService readers = Executors.newCachedThreadPool(run -> {
            Thread thread = new Thread(run);
            threads.add(thread);
            return thread;
        })) {
            List<Future<Integer>> all = new ArrayList<>();
            try {
                for (int i = 0; i < ADMITTED; i++) {
                    all.add(readers.submit(() -> room.read(ALL, this::list)));
                }
                while (reading.get() < 1 || threads.stream().filter(this::waits).count() < ADMITTED - 1) {
                    Thread.onSpinWait();
                }

                assertThatExceptionOfType(StoreBusy.class).isThrownBy(() -> room.read(ALL, () -> 1));
                assertThat(room.read(1_000, () -> 2)).isEqualTo(2);
                assertThat(reading).hasValue(1);
            } finally {
                read.countDown();
            }
            for (Future<Integer> each : all) {
                assertThat(each.get()).isEqualTo(3);
            }
        }
        assertThat(reading).hasValue(ADMITTED);
        assertThat(room.read(ALL, () -> 4)).isEqualTo(4);
    }

    private boolean waits(Thread reader) {
        return reader.getState() == Thread.State.TIMED_WAITING;
    }

    private int list() {
        reading.incrementAndGet();
        try {
            read.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return 3;
    }
}
