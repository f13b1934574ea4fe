package dev.lading.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.secret.SecretStore;
import dev.lading.testing.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private static final Duration LONG_ENOUGH = Secrets.REMEMBERED.plusSeconds(1);

    private final TestClock clock = new TestClock();

    @TempDir
    private Path parent;

    private Path folder;
    private final List<String> asked = new ArrayList<>();
    private boolean down;
    private SecretStore store;
    private SqliteMetadataStore metadata;
    private Secrets secrets;

    @BeforeEach
    void open() throws IOException, SQLException {
        metadata = new SqliteMetadataStore(parent.resolve("lading.db"), new DiskSpace(parent));
        folder = parent.resolve("secrets");
        SecretStore files = new FileSecretStore(folder);
        store = new SecretStore() {
            @Override
            public Map<String, String> get(Collection<String> names) {
                if (down) {
                    throw new IllegalStateException("the store is down");
                }
                asked.addAll(names);
                return files.get(names);
            }

            @Override
            public boolean putIfAbsent(String name, String value) {
                return files.putIfAbsent(name, value);
            }
        };
        secrets = secretsOf(Optional.empty());
    }

    @AfterEach
    void close() throws IOException, SQLException {
        metadata.close();
    }

    /** Those of another process, or of a restarted one. */
    private Secrets secretsOf(Optional<String> givenPassword) {
        return new Secrets(store, Secrets.rotation(metadata, store, clock), clock, givenPassword);
    }

    @Test
    void what_is_missing_is_made_once_and_the_password_told_once() {
        Optional<String> made = secrets.newPassword();
        Secrets other = secretsOf(Optional.empty());

        assertThat(made).hasValueSatisfying(password -> {
            assertThat(secrets.isPassword(password)).isTrue();
            assertThat(other.isPassword(password)).isTrue();
        });
        assertThat(other.newPassword()).isEmpty();
        assertThat(other.keys().upload()).isEqualTo(secrets.keys().upload());
    }

    @Test
    void a_given_password_comes_first_and_none_is_made() {
        Secrets given = secretsOf(Optional.of("given-password"));

        assertThat(given.newPassword()).isEmpty();
        assertThat(given.isPassword("given-password")).isTrue();
        assertThat(given.isPassword("given-passwort")).isFalse();
        assertThat(store.get(List.of(Secrets.PASSWORD))).isEmpty();
    }

    @Test
    void a_changed_password_counts_after_a_while_and_keys_stay() throws IOException {
        TokenKeys keys = secrets.keys();
        String before = secrets.newPassword().orElseThrow();
        Files.writeString(folder.resolve(Secrets.PASSWORD), "changed\n");

        assertThat(secrets.isPassword(before)).isTrue();
        assertThat(secrets.isPassword("changed")).isFalse();
        clock.advance(LONG_ENOUGH);
        assertThat(secrets.isPassword(before)).isFalse();
        assertThat(secrets.isPassword("changed")).isTrue();
        assertThat(secrets.keys().upload()).isEqualTo(keys.upload());
    }

    @Test
    void a_short_password_is_refused_where_it_is_given_and_counts_where_it_is_stored() throws IOException {
        assertThatThrownBy(() -> secretsOf(Optional.of("eleven-char")))
                .isInstanceOf(Secrets.PasswordTooShort.class)
                .hasMessageContaining("LADING_ADMIN_PASSWORD is shorter than 12 characters");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(Secrets.PASSWORD), "short");

        assertThat(secrets.isPassword("short")).isTrue();
    }

    @Test
    void a_process_for_uploads_reads_and_makes_the_upload_key_only() {
        Secrets uploads = Secrets.forUploads(store, clock);

        assertThat(uploads.newPassword()).isEmpty();
        assertThat(folder)
                .isDirectoryContaining("glob:**/upload-key")
                .isDirectoryNotContaining("glob:**/{admin,token}*");
        assertThat(asked).containsOnly("upload-key");
        assertThatThrownBy(() -> uploads.isPassword("guess")).isInstanceOf(Unauthorized.class);
        assertThatThrownBy(() -> new Tokens(uploads, clock).check("token")).isInstanceOf(Unauthorized.class);
        assertThat(uploads.uploadKey()).isEqualTo(secrets.uploadKey());
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
        String password = secrets.newPassword().orElseThrow();
        down = true;
        clock.advance(LONG_ENOUGH);

        assertThat(secrets.isPassword(password)).isTrue();
        assertThatThrownBy(() -> secretsOf(Optional.empty()).isPassword(password))
                .hasMessageContaining("down");
    }

    @Test
    void damaged_keys_are_told_of() throws IOException {
        secrets.newPassword();
        Files.writeString(folder.resolve("token-key"), "nonsense");

        assertThatThrownBy(() -> secretsOf(Optional.empty()).newPassword())
                .isInstanceOf(Secrets.Damaged.class)
                .hasMessageContaining("the secret token-key is damaged; delete it and a new one is made");
    }
}
