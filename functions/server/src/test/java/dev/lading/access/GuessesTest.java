package dev.lading.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lading.account.UserProfile;
import dev.lading.account.UserService;
import dev.lading.build.BuildPasses;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.oci.RegistryException.TooManyGuesses;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.testing.Accounts;
import dev.lading.testing.LogLines;
import dev.lading.testing.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuessesTest {
    private static final String PASSWORD = "correct horse";
    private static final Source STRANGER = Source.of("203.0.113.7");
    private static final Source OTHER = Source.of("203.0.113.8");
    private static final Duration FORGIVEN = Duration.ofSeconds(30);

    private final TestClock clock = new TestClock();

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;
    private UserService users;
    private Guesses guesses;
    private Authenticator authenticator;

    @BeforeEach
    void open() throws IOException, SQLException {
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        var files = new FileSecretStore(folder.resolve("secrets"));
        Secrets secrets = new Secrets(files, Secrets.rotation(store, files, clock), clock, Optional.of(PASSWORD));
        guesses = new Guesses(clock);
        // As many processors as it takes: what is counted here are guesses.
        users = new UserService(store, clock, 1_000);
        var accounts = new Accounts(store, clock, users);
        authenticator = new Authenticator(
                secrets,
                new Tokens(secrets, clock),
                new RevokedTokens(store, clock),
                users,
                accounts.robots,
                accounts.accounts,
                new BuildPasses(),
                guesses);
    }

    @AfterEach
    void close() throws IOException, SQLException {
        store.close();
    }

    @Test
    void after_ten_wrong_passwords_none_is_looked_at_for_a_while() {
        wrong(10, "admin", STRANGER);

        assertThat(refused("guess", STRANGER)).isEqualTo(FORGIVEN);
        assertThat(refused(PASSWORD, STRANGER)).isEqualTo(FORGIVEN);
        clock.advance(FORGIVEN.minusMillis(1));
        assertThat(refused(PASSWORD, STRANGER)).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofMillis(1));
        assertThat(login("admin", PASSWORD, STRANGER)).isInstanceOf(Caller.Administrator.class);
    }

    @Test
    void one_wrong_password_is_forgiven_each_half_minute() {
        wrong(10, "admin", STRANGER);
        clock.advance(FORGIVEN.multipliedBy(3));

        wrong(3, "admin", STRANGER);
        assertThat(refused("guess", STRANGER)).isEqualTo(FORGIVEN);
    }

    @Test
    void nobody_is_locked_out_by_anothers_guesses() {
        wrong(10, "admin", STRANGER);

        assertThat(login("admin", PASSWORD, OTHER)).isInstanceOf(Caller.Administrator.class);
        wrong(10, "admin", Source.UNKNOWN);
        assertThat(login("admin", PASSWORD, OTHER)).isInstanceOf(Caller.Administrator.class);
    }

    @Test
    void names_that_are_no_users_count_together_and_apart_from_the_administrator() {
        for (int i = 0; i < 10; i++) {
            wrong(1, "name" + i, STRANGER);
        }

        assertThatThrownBy(() -> login("another", "guess", STRANGER)).isInstanceOf(TooManyGuesses.class);
        assertThat(login("admin", PASSWORD, STRANGER)).isInstanceOf(Caller.Administrator.class);
    }

    @Test
    void each_user_has_a_count_of_their_own_and_a_login_makes_no_acquaintance_of_others() {
        users.create("ann", UserProfile.NONE, Optional.of(PASSWORD));
        users.create("bob", UserProfile.NONE, Optional.of(PASSWORD));
        assertThat(login("ann", PASSWORD, STRANGER)).isInstanceOf(Caller.SignedIn.class);
        wrong(10, "bob", STRANGER);

        assertThatThrownBy(() -> login("bob", PASSWORD, STRANGER)).isInstanceOf(TooManyGuesses.class);
        assertThat(login("ann", PASSWORD, STRANGER)).isInstanceOf(Caller.SignedIn.class);
        assertThat(login("bob", PASSWORD, OTHER)).isInstanceOf(Caller.SignedIn.class);
        assertThat(login("admin", PASSWORD, STRANGER)).isInstanceOf(Caller.Administrator.class);
    }

    @Test
    void who_logged_in_rightly_has_an_allowance_that_strangers_take_nothing_from() {
        login("admin", PASSWORD, STRANGER);
        wrong(100, "admin", STRANGER);
        assertThat(refused("guess", STRANGER)).isEqualTo(Duration.ofSeconds(1));

        // More strangers than are remembered.
        for (int i = 0; i < 30_000; i++) {
            wrong(1, "admin", Source.of("2001:db8:%x:%x::1".formatted(i / 1000, i % 1000)));
        }
        assertThat(refused("guess", STRANGER)).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(login("admin", PASSWORD, STRANGER)).isInstanceOf(Caller.Administrator.class);
        assertThat(guesses.remembered()).isLessThanOrEqualTo(20_000);
    }

    @Test
    void a_login_is_remembered_for_thirty_days_after_the_last() {
        login("admin", PASSWORD, STRANGER);
        clock.advance(Guesses.KNOWN_FOR.minusHours(1));
        login("admin", PASSWORD, STRANGER);
        clock.advance(Guesses.KNOWN_FOR.minusHours(1));
        wrong(11, "admin", STRANGER);

        clock.advance(Duration.ofHours(1));
        wrong(10, "admin", STRANGER);
        assertThat(refused("guess", STRANGER)).isEqualTo(FORGIVEN);
    }

    @Test
    void nobody_and_tokens_that_are_wrong_do_not_count() {
        for (int i = 0; i < 20; i++) {
            assertThat(login("", "", STRANGER)).isInstanceOf(Caller.Anonymous.class);
            assertThatThrownBy(() -> authenticator.caller("Bearer a.b.c", () -> STRANGER))
                    .isInstanceOf(Unauthorized.class);
            assertThatThrownBy(() -> authenticator.caller("Basic !", () -> STRANGER))
                    .isInstanceOf(Unauthorized.class);
        }
        wrong(10, "admin", STRANGER);
        assertThat(login("", "", STRANGER)).isInstanceOf(Caller.Anonymous.class);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7,             203.0.113.7/32",
        "::ffff:203.0.113.7,      203.0.113.7/32",
        "2001:db8:1:2:3:4:5:6,    2001:0db8:0001:0002::/64",
        "2001:db8:1:2:ffff::9,    2001:0db8:0001:0002::/64",
        "fe80::1%eth0,            fe80:0000:0000:0000::/64",
        "registry.example,        an unknown address",
        "'',                      an unknown address",
        "'1.2.3.4, 5.6.7.8',      an unknown address",
        "256.1.1.1,               an unknown address",
    })
    void a_source_is_an_address_or_a_network_of_64_bits(String address, String network) {
        assertThat(Source.of(address).network()).isEqualTo(network);
    }

    @Test
    void the_log_has_one_line_a_minute_for_each_source() {
        try (LogLines lines = new LogLines(Guesses.class)) {
            wrong(10, "admin", STRANGER);
            assertThat(lines.messages()).isEmpty();
            for (int i = 0; i < 50; i++) {
                refused("guess", STRANGER);
            }
            wrong(10, "evil\nname", OTHER);
            assertThatThrownBy(() -> login("evil\nname", "guess", OTHER)).isInstanceOf(TooManyGuesses.class);

            assertThat(lines.messages())
                    .containsExactly(
                            "too many wrong passwords for 'admin' from 203.0.113.7/32:"
                                    + " refused 1 since this was last said",
                            "too many wrong passwords for names that are no user's from 203.0.113.8/32:"
                                    + " refused 1 since this was last said");
            clock.advance(Duration.ofMinutes(1));
            wrong(2, "admin", STRANGER);
            refused("guess", STRANGER);
            assertThat(lines.messages()).hasSize(3).last().asString().contains("refused 50 since");
        }
    }

    @ParameterizedTest
    @CsvSource({"9", "10", "13", "0", "127", "233"})
    void a_character_that_no_credentials_have_is_refused_before_they_are_read(int character) {
        String basic = basic("admin", PASSWORD);
        assertThatThrownBy(() -> authenticator.caller(basic + (char) character, () -> STRANGER))
                .isInstanceOf(Unauthorized.class)
                .hasMessageContaining("characters that none may have");
    }

    @Test
    void a_header_of_absurd_length_is_refused_before_it_is_read() {
        assertThatThrownBy(() -> authenticator.caller("Bearer " + "x".repeat(30_000), () -> STRANGER))
                .isInstanceOf(Unauthorized.class)
                .hasMessageContaining("too long");
    }

    private void wrong(int times, String user, Source source) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> login(user, "guess", source)).isInstanceOf(Unauthorized.class);
        }
    }

    private Duration refused(String password, Source source) {
        return catchThrowableOfType(TooManyGuesses.class, () -> login("admin", password, source))
                .retryAfter();
    }

    private Caller login(String user, String password, Source source) {
        return authenticator.caller(basic(user, password), () -> source);
    }

    private static String basic(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
