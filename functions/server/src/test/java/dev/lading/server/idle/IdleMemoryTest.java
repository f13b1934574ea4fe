package dev.lading.server.idle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a server gives memory back. */
class IdleMemoryTest {
    private final AtomicInteger times = new AtomicInteger();
    private final IdleMemory memory = new IdleMemory(times::incrementAndGet);

    @Test
    void once_after_a_whole_minute_without_a_client() {
        memory.look();
        assertThat(times).as("the start was just now").hasValue(0);
        memory.look();
        memory.look();
        assertThat(times).hasValue(1);
    }

    @Test
    void again_after_it_was_used_again() {
        memory.look();
        memory.look();
        memory.use();
        memory.look();
        assertThat(times).as("somebody asked within the minute").hasValue(1);
        memory.use();
        memory.look();
        memory.look();
        assertThat(times).hasValue(2);
    }
}
