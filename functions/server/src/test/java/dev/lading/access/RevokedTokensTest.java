package dev.lading.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.account.User;
import dev.lading.account.UserProfile;
import dev.lading.account.UserService;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.testing.TestClock;
import dev.lading.testing.WatchedMetadataStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevokedTokensTest {
    private final TestClock clock = new TestClock();

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;
    private WatchedMetadataStore watched;
    private UserService users;
    private RevokedTokens revoked;
    private User ann;
    private boolean fails;

    @BeforeEach
    void open() throws IOException, SQLException {
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        watched = new WatchedMetadataStore(store).beforeGet(table -> {
            if (fails) {
                throw new IllegalStateException("the store does not answer");
            }
        });
        users = new UserService(store, clock);
        revoked = new RevokedTokens(watched, clock);
        ann = users.create("ann", UserProfile.NONE, Optional.empty());
    }

    @AfterEach
    void close() throws IOException, SQLException {
        store.close();
    }

    private void require() {
        revoked.require(new TokenHolder(ann.id(), Map.of(ann.id(), ann.epoch())), clock.instant());
    }

    @Test
    void a_revocation_counts_after_half_a_minute_and_costs_one_read_in_it() {
        for (int i = 0; i < 100; i++) {
            require();
        }
        assertThat(watched.reads()).isEqualTo(1);

        users.delete(ann.id());
        require();
        clock.advance(RevokedTokens.REMEMBERED);

        assertThatThrownBy(this::require).isInstanceOf(CredentialsRefused.class);
        assertThat(watched.reads()).isEqualTo(2);
    }

    @Test
    void while_it_cannot_be_read_tokens_count_for_five_minutes_and_then_no_longer() {
        require();
        fails = true;
        clock.advance(RevokedTokens.TRUSTED.minusSeconds(1));
        assertThatCode(this::require).doesNotThrowAnyException();

        clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(this::require).isInstanceOf(StoreBusy.class);
        int reads = watched.reads();
        assertThatThrownBy(this::require).isInstanceOf(StoreBusy.class);
        assertThat(watched.reads())
                .as("a store that fails is not asked by each request")
                .isEqualTo(reads);

        fails = false;
        clock.advance(Duration.ofSeconds(5));
        assertThatCode(this::require).doesNotThrowAnyException();
    }

    @Test
    void a_process_that_never_read_it_trusts_no_token() {
        fails = true;

        assertThatThrownBy(this::require).isInstanceOf(StoreBusy.class);
        assertThatThrownBy(this::require).isInstanceOf(StoreBusy.class);
    }
}
