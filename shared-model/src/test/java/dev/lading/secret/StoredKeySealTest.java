package dev.lading.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.testing.Together;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class StoredKeySealTest extends SealContract {
    private final SecretStore secrets = new MemorySecrets(new ConcurrentHashMap<>());

    @Override
    protected Seal seal() {
        return new StoredKeySeal(secrets);
    }

    @Override
    protected Seal foreignSeal() {
        return new StoredKeySeal(new MemorySecrets(new ConcurrentHashMap<>()));
    }

    @Test
    void many_that_start_together_agree_on_a_key() {
        Together.together(8, thread -> {
            String sealed = seal().seal("of " + thread, "owner");
            assertThat(seal().open(sealed, "owner")).isEqualTo("of " + thread);
        });
    }

    @Test
    void to_open_makes_no_key() {
        var none = new MemorySecrets(new ConcurrentHashMap<>());
        String sealed = seal().seal("hunter2", "owner");

        assertThatThrownBy(() -> new StoredKeySeal(none).open(sealed, "owner")).isInstanceOf(SealBroken.class);
        assertThat(none.values()).isEmpty();
    }
}
