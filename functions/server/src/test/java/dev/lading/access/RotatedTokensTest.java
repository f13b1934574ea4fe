package dev.lading.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.secret.SecretStore;
import dev.lading.signing.KeyRotation;
import dev.lading.signing.KeySchedule;
import dev.lading.testing.TestClock;
import dev.lading.testing.WatchedMetadataStore;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens while the keys that sign them are replaced. */
class RotatedTokensTest {
    private static final List<Scope> PULL = List.of(new Scope("repository", "app", Set.of("pull")));

    /** Begins well before now, since the library that checks tokens knows the system's clock only. */
    private final TestClock clock = new TestClock();

    @TempDir
    private Path folder;

    private final List<Collection<String>> asked = new ArrayList<>();
    private SqliteMetadataStore store;
    private WatchedMetadataStore watched;
    private SecretStore secrets;

    /** One process of the registry. */
    private final class Running {
        final Secrets known = new Secrets(secrets, rotation(), clock, Optional.empty());
        final Tokens tokens = new Tokens(known, clock);

        String access() {
            return tokens.access(RegistrySettings.ADMIN, PULL);
        }

        String refresh() {
            return tokens.refresh(RegistrySettings.ADMIN);
        }

        void require(String token) {
            assertThat(tokens.check(token).scopes()).isEqualTo(PULL);
        }

        void refuse(String token) {
            assertThatThrownBy(() -> tokens.check(token)).isInstanceOf(CredentialsRefused.class);
            assertThatThrownBy(() -> tokens.checkRefresh(token)).isInstanceOf(CredentialsRefused.class);
        }
    }

    @BeforeEach
    void open() throws IOException, SQLException {
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        watched = new WatchedMetadataStore(store);
        SecretStore files = new FileSecretStore(folder.resolve("secrets"));
        secrets = new SecretStore() {
            @Override
            public Map<String, String> get(Collection<String> names) {
                asked.add(List.copyOf(names));
                return files.get(names);
            }

            @Override
            public boolean putIfAbsent(String name, String value) {
                return files.putIfAbsent(name, value);
            }
        };
    }

    @AfterEach
    void close() throws IOException, SQLException {
        store.close();
    }

    private KeyRotation rotation() {
        return Secrets.rotation(watched, secrets, clock);
    }

    /** Sets the clock to some time before the system's. */
    private void turnTo(Duration ago) {
        clock.advance(Duration.between(clock.instant(), Instant.now().minus(ago)));
    }

    private static String keyOf(String token) {
        String header = new String(Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), UTF_8);
        return header.replaceAll(".*\"kid\":\"([^\"]*)\".*", "$1");
    }

    @Test
    void a_token_of_before_a_rotation_lives_out_its_minutes() {
        turnTo(KeySchedule.LEAD.plusMinutes(1));
        var process = new Running();
        process.access();
        rotation().rotate();
        clock.advance(KeySchedule.LEAD.minusSeconds(1));
        String before = process.access();
        clock.advance(Duration.ofSeconds(2));
        String after = process.access();

        assertThat(keyOf(before)).isEqualTo("token-key");
        assertThat(keyOf(after)).isEqualTo("token-key-2");
        process.require(before);
        process.require(after);
    }

    /** With refresh tokens, of which every check is a new one. */
    @Test
    void a_token_of_either_key_is_checked_by_every_process_at_any_moment() {
        turnTo(Duration.ofMinutes(16));
        var one = new Running();
        var other = new Running();
        one.refresh();
        clock.advance(Duration.ofSeconds(1));
        // Read a moment before the rotation, so that it is the last to hear of it.
        other.refresh();
        rotation().rotate();
        Set<String> keys = new TreeSet<>();
        for (int i = 0; i < 12 * 15; i++) {
            String token = one.refresh();
            keys.add(keyOf(token));
            assertThat(other.tokens.checkRefresh(token)).isEqualTo(RegistrySettings.ADMIN);
            assertThat(one.tokens.checkRefresh(other.refresh())).isEqualTo(RegistrySettings.ADMIN);
            clock.advance(Duration.ofSeconds(5));
        }
        assertThat(keys).containsExactly("token-key", "token-key-2");
    }

    @ParameterizedTest(name = "after {0} days")
    @ValueSource(ints = {29, 31})
    void a_refresh_token_outlives_a_rotation_and_ends_after_thirty_days(int days) {
        turnTo(Duration.ofDays(days));
        String refresh = new Running().refresh();
        rotation().rotate();
        clock.advance(KeySchedule.LEAD);
        assertThat(keyOf(new Running().refresh())).isEqualTo("token-key-2");
        turnTo(Duration.ZERO);

        if (days < 30) {
            assertThat(new Running().tokens.checkRefresh(refresh)).isEqualTo("admin");
        } else {
            new Running().refuse(refresh);
        }
    }

    @Test
    void a_key_that_is_no_longer_checked_verifies_nothing_however_long_its_tokens_say_they_live() {
        turnTo(Duration.ofDays(30).plus(KeySchedule.LEAD));
        var process = new Running();
        String forged = forge(Duration.ofDays(365))
                .jws()
                .keyId("token-key")
                .algorithm(SignatureAlgorithm.ES256)
                .sign(process.known.accessKey().key());
        rotation().rotate();
        turnTo(Duration.ofMinutes(1));
        var another = new Running();
        another.require(forged);
        clock.advance(Duration.ofSeconds(61));

        another.known.forget();
        new Running().refuse(forged);
        assertThat(asked.getLast()).contains("token-key-2").doesNotContain("token-key");
    }

    private static JwtClaimsBuilder forge(Duration life) {
        Instant now = Instant.now();
        return Jwt.claims(Map.of(
                        "access", List.of(Map.of("type", "repository", "name", "app", "actions", List.of("pull")))))
                .issuer(Tokens.SERVICE)
                .audience(Tokens.SERVICE)
                .subject(RegistrySettings.ADMIN)
                .upn(RegistrySettings.ADMIN)
                .issuedAt(now.minus(Duration.ofDays(31)))
                .expiresAt(now.plus(life));
    }

    @Test
    void keys_are_replaced_by_who_finds_them_old() {
        turnTo(Duration.ofDays(91));
        var process = new Running();
        assertThat(keyOf(process.access())).isEqualTo("token-key");
        clock.advance(KeySchedule.ROTATED_AFTER);
        assertThat(keyOf(process.access())).isEqualTo("token-key");
        clock.advance(KeySchedule.LEAD);

        assertThat(keyOf(process.access())).isEqualTo("token-key-2");
        assertThat(rotation().read().keys()).hasSize(2);
    }

    @Test
    void a_rotation_that_fails_is_no_requests_failure_and_is_tried_again() {
        turnTo(Duration.ofDays(91));
        var process = new Running();
        process.access();
        clock.advance(KeySchedule.ROTATED_AFTER);
        watched.beforeWrite(number -> {
            throw new IllegalStateException("the store takes no writes");
        });
        assertThatCode(process::access).doesNotThrowAnyException();
        clock.advance(Secrets.REMEMBERED);
        assertThatCode(process::access).doesNotThrowAnyException();
        assertThat(rotation().read().keys()).hasSize(1);

        watched.beforeWrite(number -> {});
        clock.advance(Secrets.REMEMBERED);
        process.access();
        assertThat(rotation().read().keys()).hasSize(2);
    }

    @Test
    void the_schedule_and_all_secrets_are_read_once_in_five_minutes() {
        turnTo(Duration.ofDays(20));
        var process = new Running();
        for (int i = 0; i < 5; i++) {
            rotation().rotate();
            clock.advance(Duration.ofDays(1));
        }
        process.access();
        asked.clear();
        clock.advance(Secrets.REMEMBERED);
        int reads = watched.reads();
        for (int i = 0; i < 20; i++) {
            process.access();
        }

        assertThat(watched.reads()).isEqualTo(reads + 1);
        assertThat(asked).hasSize(1);
        assertThat(asked.getFirst()).hasSize(8).contains("admin-password", "upload-key", "token-key", "token-key-6");
    }

    @Test
    void a_token_that_names_no_key_is_of_the_first() {
        turnTo(Duration.ofMinutes(20));
        var process = new Running();
        String earlier = forge(Duration.ofMinutes(5))
                .jws()
                .algorithm(SignatureAlgorithm.ES256)
                .sign(process.known.accessKey().key());
        assertThat(keyOf(earlier)).doesNotContain("token-key");
        rotation().rotate();
        clock.advance(Duration.ofMinutes(15));

        process.require(earlier);
        String wrong = forge(Duration.ofMinutes(5))
                .jws()
                .algorithm(SignatureAlgorithm.ES256)
                .sign(process.known.accessKey().key());
        process.refuse(wrong);
    }

    private static List<Object> hostileKeys() {
        return List.of(
                "",
                "token-key-2",
                "TOKEN-KEY",
                "upload-key",
                "admin-password",
                "../secrets/token-key",
                "/etc/passwd",
                "token-key\u0000",
                "x".repeat(15_000),
                7,
                true,
                List.of("token-key"),
                Map.of("token-key", "token-key"));
    }

    @ParameterizedTest
    @MethodSource("hostileKeys")
    void a_name_of_no_key_is_refused_and_no_store_is_asked_for_it(Object name) {
        turnTo(Duration.ofMinutes(1));
        var process = new Running();
        process.require(process.access());
        asked.clear();
        int reads = watched.reads();
        String token = forge(Duration.ofMinutes(5))
                .jws()
                .header("kid", name)
                .algorithm(SignatureAlgorithm.ES256)
                .sign(process.known.accessKey().key());

        process.refuse(token);

        assertThat(asked).isEmpty();
        assertThat(watched.reads()).isEqualTo(reads);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "a.b.c", "a.b.c.d.e", "e30.e30.", "bnVsbA.e30.x", "W10.e30.x", "eyJraWQiOg.e30.x"
            })
    void what_is_no_token_is_refused_like_any_other(String token) {
        new Running().refuse(token);
    }
}
