package dev.lading.signing;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.secret.MemorySecrets;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which keys sign and are checked, through rotations by hand and by age, by one process and by several. */
public abstract class KeyRotationContract extends ServiceContract {
    private static final Duration DAY = Duration.ofDays(1);

    private final MemorySecrets secrets = new MemorySecrets(new ConcurrentHashMap<>());
    private final AtomicInteger made = new AtomicInteger();

    private KeyRotation rotation() {
        return rotation(metadata());
    }

    private KeyRotation rotation(MetadataStore store) {
        return new KeyRotation(store, secrets, clock, () -> "key text " + made.incrementAndGet());
    }

    private List<String> alive() {
        return rotation().read().alive(clock.instant()).stream()
                .map(SigningKey::name)
                .toList();
    }

    private String signing() {
        return rotation().read().signing(clock.instant()).name();
    }

    @Test
    void without_a_record_the_first_key_signs_and_always_did() {
        assertThat(alive()).containsExactly("token-key");
        assertThat(signing()).isEqualTo("token-key");
        assertThat(rotation().read().checks("token-key", Instant.EPOCH)).isTrue();
        assertThat(secrets.values()).isEmpty();
    }

    @Test
    void a_rotated_key_signs_after_ten_minutes_and_the_one_before_is_checked_for_thirty_days_more() {
        Instant signsFrom = clock.instant().plus(Duration.ofMinutes(10));
        KeySchedule rotated = rotation().rotate();

        assertThat(rotated.keys().getLast()).isEqualTo(new SigningKey(2, signsFrom));
        assertThat(secrets.values()).containsOnlyKeys("token-key-2");
        clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(signing()).isEqualTo("token-key");
        assertThat(alive()).containsExactly("token-key", "token-key-2");
        clock.advance(Duration.ofSeconds(1));
        assertThat(signing()).isEqualTo("token-key-2");

        clock.advance(DAY.multipliedBy(30).minusSeconds(1));
        assertThat(alive()).containsExactly("token-key", "token-key-2");
        clock.advance(Duration.ofSeconds(1));
        assertThat(alive()).containsExactly("token-key-2");
        assertThat(rotation().read().checks("token-key", clock.instant())).isFalse();
    }

    @Test
    void while_a_key_is_coming_a_rotation_makes_no_other() {
        KeySchedule first = rotation().rotate();

        assertThat(rotation().rotate()).isEqualTo(first);
        assertThat(secrets.values()).hasSize(1);
    }

    @Test
    void all_who_rotate_at_once_have_the_same_key() {
        Queue<KeySchedule> seen = new ConcurrentLinkedQueue<>();
        together(6, thread -> seen.add(rotation().rotate()));

        assertThat(seen.stream().distinct()).containsExactly(rotation().read());
        assertThat(alive()).containsExactly("token-key", "token-key-2");
        assertThat(secrets.values()).hasSize(1);
    }

    @Test
    void a_secret_of_a_process_that_died_is_what_the_next_rotation_takes() {
        MetadataStore dying = watched().dieBeforeWrite(1);
        assertThatThrownBy(() -> rotation(dying).rotate()).isInstanceOf(ProcessDied.class);
        assertThat(secrets.values()).containsEntry("token-key-2", "key text 1");
        assertThat(alive()).containsExactly("token-key");
        clock.advance(DAY);

        SigningKey next = rotation().rotate().keys().getLast();

        assertThat(next).isEqualTo(new SigningKey(2, clock.instant().plus(KeySchedule.LEAD)));
        assertThat(secrets.values()).isEqualTo(Map.of("token-key-2", "key text 1"));
    }

    @Test
    void the_first_keys_age_counts_from_when_it_is_first_seen_and_it_is_replaced_after_ninety_days() {
        KeySchedule seen = rotation().renew(KeySchedule.NONE);
        assertThat(seen.keys()).containsExactly(new SigningKey(1, clock.instant()));
        assertThat(rotation().read()).isEqualTo(seen);
        assertThat(rotation().renew(KeySchedule.NONE))
                .as("another process was first")
                .isEqualTo(seen);

        clock.advance(DAY.multipliedBy(90).minusSeconds(1));
        assertThat(rotation().renew(seen)).isEqualTo(seen);
        clock.advance(Duration.ofSeconds(1));
        Queue<KeySchedule> renewed = new ConcurrentLinkedQueue<>();
        together(4, thread -> renewed.add(rotation().renew(seen)));

        assertThat(renewed.stream().distinct()).containsExactly(rotation().read());
        assertThat(alive()).containsExactly("token-key", "token-key-2");
        clock.advance(DAY.multipliedBy(90).plus(KeySchedule.LEAD));
        rotation().renew(rotation().read());
        assertThat(alive()).containsExactly("token-key-2", "token-key-3");
    }

    @Test
    void more_keys_than_may_live_are_refused_with_when_there_can_be_another() {
        Instant first = clock.instant().plus(KeySchedule.LEAD);
        for (int i = 0; i < 5; i++) {
            rotation().rotate();
            clock.advance(DAY);
        }
        assertThat(alive()).hasSize(6);

        Instant possible = first.plus(DAY.multipliedBy(30));
        assertThatThrownBy(() -> rotation().rotate())
                .isInstanceOf(EntityInUse.class)
                .hasMessageContaining("can be rotated again from " + possible);
        clock.advance(Duration.between(clock.instant(), possible));
        rotation().rotate();
        assertThat(alive()).hasSize(6).last().isEqualTo("token-key-7");
    }
}
