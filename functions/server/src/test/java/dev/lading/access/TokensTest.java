package dev.lading.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.access.CheckedTokens.Checked;
import dev.lading.blob.BlobKey;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.testing.Accounts;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    private static final int PROXYS_HEADER = 8 * 1024;

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;
    private Secrets secrets;
    private Tokens tokens;
    private Authorizer authorizer;

    @BeforeEach
    void open() throws IOException, SQLException {
        // The library that checks tokens knows the system's clock only.
        InstantSource clock = InstantSource.system();
        var files = new FileSecretStore(folder.resolve("secrets"));
        secrets = Secrets.thrownAway(files, clock);
        tokens = new Tokens(secrets, clock);
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        authorizer = new Authorizer(
                new RegistrySettings(false, Optional.empty(), Optional.empty(), 0, false, false),
                new Accounts(store, clock).rights);
    }

    @AfterEach
    void close() throws IOException, SQLException {
        store.close();
    }

    @ParameterizedTest(name = "{0}: {1} to the administrator, {2} to anybody")
    @CsvSource({
        "repository:app:pull,                     repository:app:pull, repository:app:pull",
        "'repository:app:pull,push,frobnicate',   'repository:app:pull,push', repository:app:pull",
        "repository:app:*,                        repository:app:*, ",
        "repository:app:frobnicate, , ",
        "repository:app:, , ",
        "repository:No Name:pull, , ",
        "repository(plugin):app:pull,             repository:app:pull, repository:app:pull",
        "'repository(plugin):app:pull,push',      'repository:app:pull,push', repository:app:pull",
        "repository(plugin):app:pull repository:app:push, 'repository:app:pull,push', repository:app:pull",
        "repository(x86):app:*,                   repository:app:*, ",
        "repository():app:pull, , ",
        "repository(a)(b):app:pull, , ",
        "repository(plugin:app:pull, , ",
        "plugin:app:pull, , ",
        "registry(plugin):management:*, , ",
        "registry:catalog:*,                      registry:catalog:*, ",
        "registry:management:*,                   registry:management:*, ",
        "registry:other:*, , ",
        "repository:app:pull repository:app:push, 'repository:app:pull,push', repository:app:pull",
        "nonsense, , ",
    })
    void a_scope_that_grants_nothing_is_left_out(String asked, String administrators, String anybodys) {
        assertThat(granted(asked, true)).isEqualTo(administrators == null ? "" : administrators);
        assertThat(granted(asked, false)).isEqualTo(anybodys == null ? "" : anybodys);
    }

    /** The request of BuildKit, whose scopes are sorted by name, when layers may be mounted from many repositories. */
    @Test
    void a_push_gets_its_own_scope_however_many_it_asks_for_and_the_token_fits_a_header() {
        List<String> asked = new ArrayList<>(IntStream.range(0, 900)
                .mapToObj(i -> "repository:team/base-image-%03d:pull".formatted(i))
                .toList());
        asked.add("repository:team/target:pull,push");

        List<Scope> granted =
                authorizer.grant(Scope.parseAll(List.of(String.join(" ", asked))), new Caller.Administrator());

        assertThat(granted).hasSizeGreaterThan(25).first().hasToString("repository:team/target:pull,push");
        String token = tokens.access("admin", granted);
        assertThat(token).hasSizeLessThan(PROXYS_HEADER);
        assertThat(tokens.check(token).grants(new RepositoryName("team/target"), Permission.PUSH))
                .isTrue();
    }

    @Test
    void of_thousands_of_scopes_and_of_endless_ones_no_more_is_looked_at() {
        String endless = "repository:app:" + "pull,".repeat(10_000) + "push";
        String late = "repository:a:frobnicate ".repeat(1_000) + "repository:late:push";

        assertThat(Scope.parseAll(List.of(endless, "repository:app:pull"))).hasSize(1);
        assertThat(Scope.parseAll(List.of(late))).isEmpty();
    }

    /** A token that an earlier version signed, which stays valid until it expires. */
    @Test
    void a_token_with_all_that_was_granted_before_goes_on_working() {
        List<Scope> before = new ArrayList<>(IntStream.range(0, 47)
                .mapToObj(i -> new Scope("repository", "n".repeat(200) + i, Set.of("pull", "frobnicate")))
                .toList());
        before.add(new Scope("repository(plugin)", "app", Set.of("pull")));
        before.add(new Scope("repository", "app", Set.of("push")));
        before.add(new Scope("registry", "catalog", Set.of("*")));
        String token = tokens.access("admin", before);
        assertThat(token).hasSizeBetween(PROXYS_HEADER, 20 * 1024);

        Caller.Bearer bearer = tokens.check(token);

        assertThat(bearer.grants(new RepositoryName("app"), Permission.PUSH)).isTrue();
        assertThat(authorizer.allows(bearer, Check.CATALOG)).isTrue();
        assertThat(bearer.scopes())
                .hasSize(49)
                .noneMatch(scope -> scope.actions().contains("frobnicate"));
    }

    @Test
    void nothing_is_held_of_what_anybodys_token_names() {
        String token = tokens.access(Caller.NOBODY, List.of(new Scope("repository", "app", Set.of("pull"))));

        assertThat(tokens.check(token)).isSameAs(Caller.Bearer.NOBODYS);
        assertThat(tokens.check(token).isAnonymous()).isTrue();
    }

    @Test
    void a_location_says_where_the_upload_was() {
        var app = new RepositoryName("app");
        BlobKey upload = BlobKey.random();
        String state = tokens.upload(app, upload, 4711, Duration.ofHours(1));

        assertThat(tokens.checkUpload(state, app, upload)).hasValue(4711);
        assertThatThrownBy(() -> tokens.checkUpload(state, app, BlobKey.random()))
                .isInstanceOf(UploadUnknown.class);
        assertThatThrownBy(() -> tokens.checkUpload(state, new RepositoryName("other"), upload))
                .isInstanceOf(UploadUnknown.class);
    }

    /** Builds before this one had the offset in a claim of its own, and the first ones had none. */
    @Test
    void a_location_of_an_earlier_build_goes_on_where_it_says() {
        var app = new RepositoryName("app");
        BlobKey upload = BlobKey.random();
        JwtClaimsBuilder earlier = Jwt.claims()
                .issuer(Tokens.SERVICE)
                .audience("lading-upload")
                .subject(app.value())
                .upn(upload.value())
                .expiresIn(Duration.ofHours(1));
        String first = earlier.jws().algorithm(SignatureAlgorithm.HS256).sign(secrets.uploadKey());
        String later = earlier.claim("offset", 4711L)
                .jws()
                .algorithm(SignatureAlgorithm.HS256)
                .sign(secrets.uploadKey());

        assertThat(tokens.checkUpload(first, app, upload)).isEmpty();
        assertThat(tokens.checkUpload(later, app, upload)).hasValue(4711);
    }

    @ParameterizedTest
    @ValueSource(ints = {20 * 1024 + 1, 1_000_000})
    void a_token_larger_than_any_of_ours_is_refused_unread(int size) {
        String token = "x".repeat(size);

        assertThatThrownBy(() -> tokens.check(token))
                .isInstanceOf(Unauthorized.class)
                .hasMessageContaining("larger than any");
        assertThatThrownBy(() -> tokens.checkRefresh(token))
                .isInstanceOf(Unauthorized.class)
                .hasMessageContaining("larger than any");
        assertThatThrownBy(() -> tokens.checkUpload(token, new RepositoryName("app"), BlobKey.random()))
                .isInstanceOf(UploadUnknown.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50})
    void checked_tokens_take_a_bounded_number_of_bytes(int scopes) {
        var checked = new CheckedTokens(Duration.ofMinutes(5));
        Instant now = Instant.EPOCH;
        var bearer = new Caller.Bearer(
                "admin",
                Optional.empty(),
                now,
                IntStream.range(0, scopes)
                        .mapToObj(i -> new Scope("repository", "name-" + i, Set.of("pull", "push")))
                        .toList());
        for (int i = 0; i < 30_000; i++) {
            checked.get("token-" + i, now, () -> new Checked(bearer, now.plusSeconds(60)));
        }

        assertThat(checked.bytes().orElseThrow()).isLessThanOrEqualTo(CheckedTokens.MAX_BYTES);
    }

    @Test
    void a_checked_token_counts_until_it_ends() {
        var checked = new CheckedTokens(Duration.ofMinutes(5));
        Instant end = Instant.EPOCH.plusSeconds(60);
        checked.get("token", Instant.EPOCH, () -> new Checked(Caller.Bearer.NOBODYS, end));

        assertThat(checked.get("token", end.minusSeconds(1), TokensTest::expired))
                .isSameAs(Caller.Bearer.NOBODYS);
        assertThatThrownBy(() -> checked.get("token", end, TokensTest::expired)).isInstanceOf(Unauthorized.class);
        assertThatThrownBy(() -> checked.get("other", Instant.EPOCH, TokensTest::expired))
                .isInstanceOf(Unauthorized.class);
    }

    private static Checked expired() {
        throw new Unauthorized("expired");
    }

    private String granted(String asked, boolean administrator) {
        return String.join(
                " ",
                authorizer
                        .grant(
                                Scope.parseAll(List.of(asked)),
                                administrator ? new Caller.Administrator() : new Caller.Anonymous())
                        .stream()
                        .map(Scope::toString)
                        .toList());
    }
}
