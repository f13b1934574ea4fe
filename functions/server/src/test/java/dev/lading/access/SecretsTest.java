package dev.lading.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.embedded.FileSecretStore;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.secret.SecretStore;
import dev.lading.testing.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private static final Duration LONG_ENOUGH = Secrets.REMEMBERED.plusSeconds(1);

    private final TestClock clock = new TestClock();

    @TempDir
    private Path parent;

    private Path folder;
    private boolean down;
    private SecretStore store;
    private Secrets secrets;

    @BeforeEach
    void open() {
        folder = parent.resolve("secrets");
        SecretStore files = new FileSecretStore(folder);
        store = new SecretStore() {
            @Override
            public Map<String, String> get(Collection<String> names) {
                if (down) {
                    throw new IllegalStateException("the store is down");
                }
                return files.get(names);
            }

            @Override
            public boolean putIfAbsent(String name, String value) {
                return files.putIfAbsent(name, value);
            }
        };
        secrets = new Secrets(store, clock, Optional.empty());
    }

    @Test
    void what_is_missing_is_made_once_and_the_password_told_once() {
        Optional<String> made = secrets.newPassword();
        Secrets other = new Secrets(store, clock, Optional.empty());

        assertThat(made).contains(secrets.password());
        assertThat(other.newPassword()).isEmpty();
        assertThat(other.password()).isEqualTo(secrets.password());
        assertThat(other.keys().upload()).isEqualTo(secrets.keys().upload());
    }

    @Test
    void a_given_password_comes_first_and_none_is_made() {
        Secrets given = new Secrets(store, clock, Optional.of("given"));

        assertThat(given.newPassword()).isEmpty();
        assertThat(given.password()).isEqualTo("given");
        assertThat(store.get(List.of(Secrets.PASSWORD))).isEmpty();
    }

    @Test
    void a_changed_password_counts_after_a_while_and_keys_stay() throws IOException {
        TokenKeys keys = secrets.keys();
        String before = secrets.password();
        Files.writeString(folder.resolve(Secrets.PASSWORD), "changed\n");

        assertThat(secrets.password()).isEqualTo(before);
        clock.advance(LONG_ENOUGH);
        assertThat(secrets.password()).isEqualTo("changed");
        assertThat(secrets.keys().upload()).isEqualTo(keys.upload());
    }

    @Test
    void with_a_new_key_tokens_of_the_old_one_end() throws IOException {
        // The library that checks tokens knows the system's clock only.
        Tokens tokens = new Tokens(secrets, InstantSource.system());
        String refresh = tokens.refresh("admin");
        assertThat(tokens.checkRefresh(refresh)).isEqualTo("admin");
        Files.delete(folder.resolve("token-key"));
        clock.advance(LONG_ENOUGH);

        assertThatThrownBy(() -> tokens.checkRefresh(refresh)).isInstanceOf(Unauthorized.class);
        assertThat(tokens.checkRefresh(tokens.refresh("admin"))).isEqualTo("admin");
    }

    @Test
    void a_store_that_is_down_later_does_no_harm() {
        String password = secrets.password();
        down = true;
        clock.advance(LONG_ENOUGH);

        assertThat(secrets.password()).isEqualTo(password);
        assertThatThrownBy(() -> new Secrets(store, clock, Optional.empty()).password())
                .hasMessageContaining("down");
    }

    @Test
    void damaged_keys_are_told_of() throws IOException {
        secrets.newPassword();
        Files.writeString(folder.resolve("token-key"), "nonsense");

        assertThatThrownBy(() -> new Secrets(store, clock, Optional.empty()).newPassword())
                .isInstanceOf(Secrets.Damaged.class)
                .hasMessageContaining("delete both");
    }
}
