package dev.lading.server;

import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.history.Change;
import dev.lading.history.PullPath;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.UuidV7;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
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

    private static final int PAGE_READS = 8;

    /** What a user's session costs on any page: the account, and what was given to it. */
    private static final int LOGIN_READS = 4;

    private static final int TAGS = 10_000;
    private static final int PART = 80;
    private static final int VERSIONS = 500;

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

    @Test
    void a_page_of_the_console_costs_at_most_eight_reads_among_10000_tags_and_500_versions() {
        String id = large("console-budget").toString();
        String page = "/ui/repositories/" + id + "/";
        ConsoleClient browser = ConsoleClient.administrator();
        for (String path : List.of(
                page,
                page + "?prefix=tag-0499&after=tag-04990",
                page + "?prefix=tag-00001&whole=yes",
                page + "?order=-name&after=tag-04990",
                page + "?order=-set",
                page + "?order=-set&after=300/tag-05700",
                page + "?order=-set&after=1/tag-04999",
                page + "?order=-set&after=1/tag-04999&prefix=tag-07",
                page + "versions/250/tags/?order=-set&after=1/tag-04999",
                page + "versions/",
                page + "versions/?from=250",
                page + "versions/500/",
                page + "versions/1/",
                page + "versions/250/tags/",
                page + "diff?from=499&to=500",
                page + "diff?from=0&to=500",
                page + "diff?from=500&to=1&after=tag-00500",
                page + "restore?version=1")) {
            assertThat(pageReads(browser, path)).as(path).isLessThanOrEqualTo(PAGE_READS);
        }
        for (String order : List.of("", "?order=-name", "?order=-set", "?order=-set&after=1/tag-04999")) {
            assertThat(pageReads(ConsoleClient.visitor(), page + order))
                    .as(order)
                    .isLessThanOrEqualTo(PAGE_READS);
        }
        assertThat(ConsoleClient.visitor().page(page + "?order=-set&after=1/tag-04999"))
                .contains(">tag-05000<", ">tag-05051<", "after=1%2Ftag-05051")
                .doesNotContain(">tag-05016<", "This order goes back");
        ConsoleClient user = viewer("budget-viewer", REPOSITORIES + id + "/");
        for (String path : List.of(
                page,
                page + "?order=-set&after=1/tag-04999",
                page + "versions/",
                page + "versions/500/",
                page + "diff?from=0&to=500")) {
            assertThat(pageReads(user, path)).as(path).isLessThanOrEqualTo(PAGE_READS + LOGIN_READS);
        }
    }

    private ConsoleClient viewer(String name, String repository) {
        String password = "battery staple";
        String user = pulp.send(
                        "POST",
                        PulpClient.API + "users/",
                        "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, password))
                .json()
                .path("pulp_href")
                .asText();
        pulp.send(
                "POST",
                user + "roles/",
                "{\"role\":\"container.containerrepository_viewer\",\"content_object\":\"%s\"}".formatted(repository));
        return ConsoleClient.user(name, password);
    }

    private int pageReads(ConsoleClient browser, String path) {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            store.restart();
            browser.page(path);
            fewest = Math.min(fewest, store.reads());
        }
        return fewest;
    }

    /** Version 1 sets all tags, each later one moves one of them; all are on one image. */
    private RepositoryId large(String name) {
        byte[] image = admin.pushImage(name, "first", name).getBytes(UTF_8);
        RepositoryId id =
                repositories.find(new RepositoryName(name)).orElseThrow().repository();
        Repository head = repositories.get(id);
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < TAGS; i++) {
            String tag = "tag-%05d".formatted(i);
            put(writes, tag(id, tag, image, 1).put());
            if (i % PART == 0) {
                List<Change> log = IntStream.range(i, i + PART)
                        .mapToObj(each -> new Change(TagEntry.TABLE.name(), "tag-%05d".formatted(each), true))
                        .toList();
                put(writes, Write.put(Change.Part.TABLE, new Change.Part(id, 1, i / PART, log)));
            }
        }
        for (int version = 1; version <= VERSIONS; version++) {
            TagEntry moved = tag(id, "tag-%05d".formatted(version * 19), (name + version).getBytes(UTF_8), version);
            if (version > 1) {
                put(writes, moved.put());
            }
            put(
                    writes,
                    Write.put(
                            RepositoryVersion.TABLE,
                            new RepositoryVersion(
                                    id,
                                    version,
                                    head.created(),
                                    Optional.empty(),
                                    head.present(),
                                    head.present(),
                                    head.present(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(new RepositoryVersion.Maker("user:" + version, "none", "PUT /v2/x")),
                                    version > 1 ? List.of(Change.of(moved)) : List.of(),
                                    0)));
        }
        writes.add(Write.put(Repository.TABLE, head.grown(VERSIONS - 1, head.present())));
        writes.add(Write.put(
                PullPath.TABLE,
                new PullPath(new RepositoryName(name), id, VERSIONS, false, false, Optional.empty(), 9)));
        store.write(writes);
        return id;
    }

    private void put(List<Write> writes, Write write) {
        writes.add(write);
        if (writes.size() == MetadataStore.MAX_WRITES) {
            store.write(writes);
            writes.clear();
        }
    }

    private static TagEntry tag(RepositoryId id, String name, byte[] manifest, long version) {
        return new TagEntry(
                id,
                new Tag(name),
                version,
                Optional.of(Digest.of(Digest.SHA256, manifest)),
                Optional.of(UuidV7.random(Instant.EPOCH)));
    }

    private int listReads(String path) {
        return reads(admin, 200, "GET", path);
    }
}
