package dev.lading.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.blob.BlobKey;
import dev.lading.random.Randomness;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    /** A generator in the state that every copy of one snapshot has. */
    private static final class Frozen extends SecureRandom {
        private final Random same = new Random(42);

        @Override
        public void nextBytes(byte[] bytes) {
            same.nextBytes(bytes);
        }
    }

    @AfterEach
    void renew() {
        Randomness.renew();
    }

    @Test
    void copies_of_one_snapshot_draw_keys_of_their_own() {
        Snapshot snapshot = new Snapshot(List.of());
        snapshot.beforeCheckpoint(null);
        Randomness.use(new Frozen());
        BlobKey frozen = BlobKey.random();
        Randomness.use(new Frozen());
        assertThat(BlobKey.random()).as("without a hook").isEqualTo(frozen);

        assertThat(List.of(frozen, keyOfCopy(snapshot), keyOfCopy(snapshot))).doesNotHaveDuplicates();
    }

    private static BlobKey keyOfCopy(Snapshot snapshot) {
        Randomness.use(new Frozen());
        snapshot.afterRestore(null);
        return BlobKey.random();
    }

    @Test
    void parts_are_primed_once_and_forget_before_and_after() {
        List<String> told = new ArrayList<>();
        SnapshotPart part = new SnapshotPart() {
            @Override
            public void prime() {
                told.add("prime");
            }

            @Override
            public void forget() {
                told.add("forget");
            }
        };
        SnapshotPart failing = () -> {
            throw new IllegalStateException("no network yet");
        };

        Snapshot snapshot = new Snapshot(List.of(failing, part));
        snapshot.beforeCheckpoint(null);
        assertThat(told).containsExactly("prime", "forget");
        snapshot.afterRestore(null);
        assertThat(told).containsExactly("prime", "forget", "forget");
    }
}
