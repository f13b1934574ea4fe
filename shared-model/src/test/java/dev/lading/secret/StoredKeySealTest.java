package dev.lading.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.testing.Together;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StoredKeySealTest extends SealContract {
    private final SecretStore secrets = new Memory(new ConcurrentHashMap<>());

    private record Memory(ConcurrentMap<String, String> values) implements SecretStore {
        @Override
        public Map<String, String> get(Collection<String> names) {
            return names.stream().filter(values::containsKey).collect(Collectors.toMap(name -> name, values::get));
        }

        @Override
        public boolean putIfAbsent(String name, String value) {
            return values.putIfAbsent(name, value) == null;
        }
    }

    @Override
    protected Seal seal() {
        return new StoredKeySeal(secrets);
    }

    @Override
    protected Seal foreignSeal() {
        return new StoredKeySeal(new Memory(new ConcurrentHashMap<>()));
    }

    @Test
    void many_that_start_together_agree_on_a_key() {
        Together.together(8, thread -> {
            String sealed = seal().seal("of " + thread, "owner");
            assertThat(seal().open(sealed, "owner")).isEqualTo("of " + thread);
        });
    }
}
