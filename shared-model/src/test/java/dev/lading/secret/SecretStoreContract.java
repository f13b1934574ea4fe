package dev.lading.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.testing.Together;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The contract of every {@link SecretStore}. */
public abstract class SecretStoreContract {
    /** A store, empty at the start of each test. */
    protected abstract SecretStore secrets();

    @Test
    void what_was_kept_is_there_and_nothing_else_is() {
        assertThat(secrets().putIfAbsent("key", "a b+/=")).isTrue();

        assertThat(secrets().get(List.of("key", "other"))).isEqualTo(Map.of("key", "a b+/="));
    }

    @Test
    void the_first_of_two_stays() {
        secrets().putIfAbsent("key", "first");

        assertThat(secrets().putIfAbsent("key", "second")).isFalse();
        assertThat(secrets().get(List.of("key"))).containsEntry("key", "first");
    }

    @Test
    void of_many_at_once_one_is_first() {
        Queue<String> kept = new ConcurrentLinkedQueue<>();
        Together.together(8, thread -> {
            String value = "of thread " + thread;
            if (secrets().putIfAbsent("key", value)) {
                kept.add(value);
            }
        });

        assertThat(kept).hasSize(1);
        assertThat(secrets().get(List.of("key"))).containsEntry("key", kept.element());
    }
}
