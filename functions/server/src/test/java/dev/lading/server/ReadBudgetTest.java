package dev.lading.server;

import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.history.RepositorySettings;
import dev.lading.oci.Digest;
import dev.lading.repository.RepositoryService;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.WatchedMetadataStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Reads of a whole request by any caller, authorization included. Source: DESIGN, 5.4. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
@TestProfile(ReadBudgetTest.Counting.class)
class ReadBudgetTest {
    private static final byte[] NOTHING = {};
    private static final int TRIES = 3;

    private static final int MANY = 3_000;

    /** Reads of that many names, a thousand each, and of those that other tests made. */
    private static final int PIECES = MANY / 1_000 + 2;

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient admin = RegistryClient.administrator();
    private final RegistryClient anybody = RegistryClient.anonymous();

    @Inject
    WatchedMetadataStore store;

    @Inject
    RepositoryService repositories;

    /** Puts a counting store before the server's. */
    public static final class Counting implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(CountedStorage.class);
        }
    }

    @Alternative
    @Singleton
    static final class CountedStorage {
        @Produces
        @Singleton
        WatchedMetadataStore metadata(Storage storage) {
            return new WatchedMetadataStore(storage.metadata());
        }
    }

    /**
     * The fewest reads of some tries, since others read as well, such as a task that has just ended and gives up its
     * turn.
     */
    private int reads(RegistryClient client, int status, String method, String path) {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            store.restart();
            assertThat(client.send(method, path, NOTHING, "Accept", "*/*").status())
                    .as("%s %s", method, path)
                    .isEqualTo(status);
            fewest = Math.min(fewest, store.reads());
        }
        return fewest;
    }

    @Test
    void every_pull_reads_the_record_of_the_name_once() {
        var manifest = Digest.of(
                Digest.SHA256, admin.pushImage("budget", "v1", "budget").getBytes(UTF_8));
        var blob = RegistryClient.digest("budget");

        for (RegistryClient client : new RegistryClient[] {anybody, admin}) {
            for (String method : new String[] {"GET", "HEAD"}) {
                assertThat(reads(client, 200, method, "/v2/budget/manifests/v1"))
                        .isEqualTo(3);
                assertThat(reads(client, 200, method, "/v2/budget/manifests/" + manifest))
                        .isEqualTo(2);
                assertThat(reads(client, 200, method, "/v2/budget/blobs/" + blob))
                        .isEqualTo(2);
                assertThat(reads(client, 200, method, "/v2/budget/tags/list")).isEqualTo(2);
                assertThat(reads(client, 200, method, "/v2/budget/referrers/" + manifest))
                        .isEqualTo(2);
                int absent = client == admin ? 404 : 401;
                assertThat(reads(client, absent, method, "/v2/no-budget/manifests/v1"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void a_pull_through_of_what_is_here_reads_one_record_more_and_by_tag_only() {
        byte[] config = "{}".getBytes(UTF_8);
        byte[] layer = "a layer through".getBytes(UTF_8);
        String name = "through-budget/" + FaultyUpstream.NAME;
        try (var upstream = FaultyUpstream.start()) {
            upstream.blob(config);
            upstream.blob(layer);
            byte[] manifest = RegistryClient.manifest(config, List.of(layer), Optional.empty())
                    .getBytes(UTF_8);
            upstream.manifest(manifest, "v1");
            String remote = pulp.send(
                            "POST",
                            PulpClient.API + "remotes/container/pull-through/",
                            "{\"name\":\"through-budget\",\"url\":\"%s\"}".formatted(upstream.url()))
                    .json()
                    .path("pulp_href")
                    .asText();
            pulp.task(
                    "POST",
                    PulpClient.API + "distributions/container/pull-through/",
                    ("{\"name\":\"through-budget\",\"base_path\":\"through-budget\",\"remote\":\"%s\","
                                    + "\"anonymous_fetch\":true,\"freshness\":3600}")
                            .formatted(remote));
            String byDigest = "/v2/" + name + "/manifests/" + Digest.of(Digest.SHA256, manifest);
            String blob = "/v2/" + name + "/blobs/" + Digest.of(Digest.SHA256, layer);
            anybody.get("/v2/" + name + "/manifests/v1");
            anybody.get(blob);

            for (RegistryClient client : new RegistryClient[] {anybody, admin}) {
                for (String method : new String[] {"GET", "HEAD"}) {
                    // When the tag was asked last.
                    assertThat(reads(client, 200, method, "/v2/" + name + "/manifests/v1"))
                            .isEqualTo(4);
                    assertThat(reads(client, 200, method, byDigest)).isEqualTo(2);
                    assertThat(reads(client, 200, method, blob)).isEqualTo(2);
                }
            }
        }
    }

    @Test
    void a_pull_of_what_is_private_is_refused_after_one_read() {
        pulp.createServed("closed-budget");
        var manifest = Digest.of(
                Digest.SHA256, admin.pushImage("closed-budget", "v1", "closed").getBytes(UTF_8));
        pulp.task(
                "PATCH",
                pulp.list(DISTRIBUTIONS + "?name=closed-budget", "pulp_href").getFirst(),
                "{\"private\":true}");

        for (String method : new String[] {"GET", "HEAD"}) {
            for (String path : new String[] {
                "manifests/v1",
                "manifests/missing",
                "manifests/" + manifest,
                "blobs/" + RegistryClient.digest("closed"),
                "tags/list",
                "referrers/" + manifest
            }) {
                assertThat(reads(anybody, 401, method, "/v2/closed-budget/" + path))
                        .isEqualTo(1);
            }
        }
        assertThat(reads(admin, 200, "GET", "/v2/closed-budget/manifests/v1")).isEqualTo(3);
    }

    @Test
    void a_list_reads_what_it_shows_and_an_index_instead_of_all() {
        for (int i = 0; i < MANY; i++) {
            repositories.create(RepositorySettings.named("list-budget-%04d".formatted(i)));
        }
        String one =
                pulp.list(REPOSITORIES + "?name=list-budget-0001", "pulp_href").getFirst();
        pulp.createServed("served-budget");

        // The name's record and the repository.
        assertThat(listReads(REPOSITORIES + "?name=list-budget-0001")).isEqualTo(2);
        assertThat(listReads(REPOSITORIES + "?name=no-such-budget")).isEqualTo(1);
        assertThat(listReads(REPOSITORIES + "?name__in=list-budget-0001,list-budget-0002"))
                .isLessThanOrEqualTo(5);
        assertThat(listReads(REPOSITORIES + "?pulp_href__in=" + one)).isEqualTo(1);
        // A thousand names are one read.
        assertThat(listReads(REPOSITORIES + "?limit=100")).isBetween(100, 100 + PIECES);
        assertThat(listReads(REPOSITORIES + "?limit=100&offset=1000&ordering=name&name__startswith=list-budget-"))
                .isBetween(100, 100 + PIECES);
        assertThat(listReads(REPOSITORIES + "?limit=10&name__icontains=BUDGET-00"))
                .isBetween(10, 10 + PIECES);
        assertThat(listReads(DISTRIBUTIONS + "?name=served-budget")).isEqualTo(2);
        assertThat(listReads(DISTRIBUTIONS + "?base_path=served-budget")).isEqualTo(2);
        assertThat(listReads("/pulp/api/v3/remotes/container/container/?name=no-such-budget"))
                .isEqualTo(1);
    }

    private int listReads(String path) {
        return reads(admin, 200, "GET", path);
    }
}
