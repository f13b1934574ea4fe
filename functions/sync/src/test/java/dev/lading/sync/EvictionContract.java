package dev.lading.sync;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobRecord;
import dev.lading.cleanup.CleanupService;
import dev.lading.cleanup.EvictionService;
import dev.lading.cleanup.ReclaimService.Reclaimed;
import dev.lading.commit.Progress;
import dev.lading.content.LastPull;
import dev.lading.content.LastPulls;
import dev.lading.content.ThroughManifests.Served;
import dev.lading.content.ThroughManifests.ToAsk;
import dev.lading.content.UpstreamAsked;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.Eviction;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughSettings;
import dev.lading.distribution.PullThroughs;
import dev.lading.history.Pull;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Labels;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteId;
import dev.lading.testing.Bytes;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Reply;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that were pulled through a distribution and are given back by its limits. */
public abstract class EvictionContract extends SyncFixture {
    private static final RepositoryName NAME = new RepositoryName("hub/" + FaultyUpstream.NAME);
    private static final int DAYS = 7;
    private static final Reclaimed NOTHING = new Reclaimed(0, 0, 0);

    /** Images at the upstream, each of a configuration and a layer. */
    private final Map<String, List<byte[]>> images = Map.of(
            "v1", List.of(Bytes.random(40), Bytes.random(1000)),
            "v2", List.of(Bytes.random(40), Bytes.random(1000)),
            "v3", List.of(Bytes.random(40), Bytes.random(1000)));

    private RemoteId remote;
    private LastPulls lastPulls;

    @BeforeEach
    void makeUpstream() {
        upstream.withoutReferrers();
        images.forEach((tag, blobs) -> image(tag, blobs.toArray(byte[][]::new)));
        remote = create(remote().pullThrough());
        lastPulls = new LastPulls(metadata(), clock);
    }

    private PullThroughService pullThroughs(MetadataStore store) {
        return new PullThroughService(store, new PullThroughs(store, clock), clock);
    }

    private PullThroughDistribution distribution(String basePath, Eviction eviction) {
        var settings = new PullThroughSettings(
                basePath,
                new RepositoryName(basePath),
                remote,
                false,
                false,
                Labels.NONE,
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                true,
                eviction);
        return pullThroughs(metadata()).create(DistributionId.next(clock.instant()), settings, List.of());
    }

    private static Eviction days() {
        return new Eviction(Optional.of(DAYS), Optional.empty(), false);
    }

    private static Eviction atMost(long bytes) {
        return new Eviction(Optional.empty(), Optional.of(bytes), false);
    }

    /** Pulls a manifest, as its resource does. */
    private Served pull(PullThroughDistribution distribution, Reference reference) {
        var name = new RepositoryName(distribution.settings().basePath() + "/" + FaultyUpstream.NAME);
        var pull = new Pull(name, process().registry.repositories.find(name), Optional.of(distribution.through()));
        var served = switch (process().through.known(pull, reference)) {
            case Served known -> known;
            case ToAsk asking ->
                process()
                        .through
                        .ask(pull, reference, asking, "user:1")
                        .toCompletableFuture()
                        .join();
        };
        lastPulls.pulled(served.manifest());
        return served;
    }

    /** Pulls a whole image. */
    private void pullAll(PullThroughDistribution distribution, String... tags) {
        for (String tag : tags) {
            pull(distribution, byTag(tag));
            var name = new RepositoryName(distribution.settings().basePath() + "/" + FaultyUpstream.NAME);
            images.get(tag).forEach(blob -> fetch(name, blob));
        }
    }

    private void fetch(RepositoryName name, byte[] blob) {
        var registry = process().registry;
        var row = registry.blobs.get(registry.pull(name), digest(blob));
        if (!row.isHeld()) {
            process().demanded.fetch(name, row).stored().toCompletableFuture().join();
        }
    }

    private static Digest digest(byte[] content) {
        return Digest.of(Digest.SHA256, content);
    }

    private Reclaimed evict() {
        return evict(metadata());
    }

    private Reclaimed evict(MetadataStore store) {
        try {
            return evictions(store).evict(far -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private EvictionService evictions(MetadataStore store) {
        return new EvictionService(store, pullThroughs(store), process().remotes, newRegistry(store).uploads, clock);
    }

    private boolean isHere(String tag) {
        return images.get(tag).stream()
                .allMatch(blob -> metadata()
                        .get(BlobRecord.TABLE, BlobRecord.key(digest(blob)))
                        .isPresent());
    }

    private long size(String tag) {
        return images.get(tag).stream().mapToLong(blob -> blob.length).sum();
    }

    private void pass(int days) {
        clock.advance(Duration.ofDays(days));
    }

    @Test
    void what_nobody_pulled_for_so_long_is_given_back_and_fetched_again() {
        var hub = distribution("hub", days());
        pullAll(hub, "v1", "v2");
        pass(5);
        pullAll(hub, "v2");
        pass(4);

        assertThat(evict()).isEqualTo(new Reclaimed(2, 2, size("v1")));

        assertThat(isHere("v1")).isFalse();
        assertThat(isHere("v2")).isTrue();
        assertThat(tags(NAME)).containsExactly("v1", "v2");
        assertThat(evict()).isEqualTo(NOTHING);
        pullAll(hub, "v1");
        requireWhole(NAME, view(NAME).tag(new Tag("v1")).orElseThrow());
        assertThat(evict()).isEqualTo(NOTHING);
    }

    @Test
    void a_pull_that_was_not_noted_since_it_was_the_second_of_a_day_counts() {
        var hub = distribution("hub", days());
        pullAll(hub, "v1");
        clock.advance(Duration.ofHours(23));
        pullAll(hub, "v1");
        pass(DAYS);

        assertThat(evict()).isEqualTo(NOTHING);
    }

    @Test
    void a_pull_of_an_index_or_by_digest_keeps_what_it_leads_to() {
        var hub = distribution("hub", days());
        Digest child = upstream.manifest(UpstreamImages.image(images.get("v1"), "child"));
        upstream.manifest(UpstreamImages.index(Map.of("linux/amd64", child)), "multi");
        pullAll(hub, "v1", "v2");
        pull(hub, byTag("multi"));
        pull(hub, byDigest(child));
        Digest second = pull(hub, byTag("v2")).manifest().digest();
        for (int rounds = 0; rounds < 4; rounds++) {
            pass(5);
            pull(hub, byTag("multi"));
            pull(hub, byDigest(second));
            assertThat(evict()).isEqualTo(NOTHING);
        }
    }

    @Test
    void a_pull_is_noted_once_a_day_by_however_many_processes() {
        var hub = distribution("hub", days());
        var manifest = pull(hub, byTag("v1")).manifest();
        var watched = watched();
        for (var process : List.of(lastPulls, new LastPulls(watched, clock), new LastPulls(watched, clock))) {
            process.pulled(manifest);
            process.pulled(manifest);
        }
        assertThat(watched.writes()).isZero();

        pass(1);
        var next = new LastPulls(watched, clock);
        next.pulled(manifest);
        next.pulled(manifest);

        assertThat(watched.writes()).isEqualTo(1);
    }

    @Test
    void beyond_the_bytes_what_was_pulled_longest_ago_goes_first() {
        var hub = distribution("hub", atMost(size("v1") + size("v3")));
        pullAll(hub, "v1");
        pass(1);
        pullAll(hub, "v2");
        pass(1);
        pullAll(hub, "v1", "v3");

        assertThat(evict().bytes()).isEqualTo(size("v2"));

        assertThat(isHere("v1")).isTrue();
        assertThat(isHere("v3")).isTrue();
        assertThat(evict()).isEqualTo(NOTHING);
    }

    @Test
    void of_one_day_goes_only_as_much_as_is_needed() {
        var hub = distribution("hub", atMost(2 * size("v1")));
        pullAll(hub, "v1", "v2", "v3");

        assertThat(evict().bytes()).isBetween(size("v1"), 2 * size("v1") - 40);
        assertThat(evict()).isEqualTo(NOTHING);
    }

    @Test
    void what_others_hold_stays_and_is_not_counted() {
        var hub = distribution("hub", new Eviction(Optional.of(DAYS), Optional.of(size("v2")), false));
        pullAll(hub, "v1");
        RepositoryId target = process().registry.repositories.getOrCreate(OTHER);
        process().registry.curation.promote(id(NAME), view(NAME).version(), target, Optional.empty(), Progress.NONE);
        pullAll(hub, "v2");
        assertThat(evict()).isEqualTo(NOTHING);
        pass(30);

        assertThat(evict().bytes()).isEqualTo(size("v2"));

        upstream.close();
        requireWhole(OTHER, view(OTHER).tag(new Tag("v1")).orElseThrow());
        requireWhole(NAME, view(NAME).tag(new Tag("v1")).orElseThrow());
    }

    @Test
    void what_two_distributions_hold_stays() {
        pullAll(distribution("hub", days()), "v1");
        pullAll(distribution("other", Eviction.NONE), "v1");
        pass(30);

        assertThat(evict()).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404})
    void what_the_upstream_has_no_more_stays_until_it_has_it_again(int status) {
        var hub = distribution("hub", new Eviction(Optional.of(DAYS), Optional.of(0L), false));
        pullAll(hub, "v1", "v2");
        upstream.fault("/manifests/v1", reply -> Reply.of(status));
        assertThat(pull(hub, byTag("v1")).warning()).isPresent();
        pass(30);

        assertThat(evict().bytes()).isEqualTo(size("v2"));

        assertThat(isHere("v1")).isTrue();
        upstream.heal();
        assertThat(pull(hub, byTag("v1")).warning()).isEmpty();
        assertThat(evict().bytes()).isEqualTo(size("v1"));
    }

    @Test
    void what_the_upstream_has_no_more_is_given_back_where_that_is_said() {
        var hub = distribution("hub", new Eviction(Optional.of(DAYS), Optional.empty(), true));
        pullAll(hub, "v1");
        upstream.untag("v1");
        assertThat(pull(hub, byTag("v1")).warning()).isPresent();
        pass(30);

        assertThat(evict().bytes()).isEqualTo(size("v1"));
    }

    @Test
    void without_limits_there_is_nothing_to_do() {
        var hub = distribution("hub", Eviction.NONE);
        assertThat(evictions(metadata()).isDue()).isFalse();
        pullAll(hub, "v1");
        pass(3000);

        assertThat(evict()).isEqualTo(NOTHING);

        pullThroughs(metadata()).update(hub.id(), before -> hub.settings().evicting(days()), false);
        assertThat(evictions(metadata()).isDue()).isTrue();
        assertThat(evict().bytes()).isEqualTo(size("v1"));
    }

    @Test
    void a_process_that_dies_at_any_write_leaves_what_the_next_one_finishes() throws IOException {
        var hub = distribution("hub", days());
        for (int last = 1; last <= 4; last++) {
            for (boolean applied : List.of(false, true)) {
                pullAll(hub, "v1");
                pass(30);
                var dying = applied ? watched().dieAfterWrite(last) : watched().dieBeforeWrite(last);
                assertThatThrownBy(() -> evict(dying)).isInstanceOf(ProcessDied.class);

                evict();
                newRegistry(metadata()).uploads.sweep();

                assertThat(images.get("v1"))
                        .noneMatch(blob -> metadata()
                                .get(BlobRecord.TABLE, BlobRecord.key(digest(blob)))
                                .isPresent());
                assertThat(tags(NAME)).containsExactly("v1");
            }
        }
        pullAll(hub, "v1");
        requireWhole(NAME, view(NAME).tag(new Tag("v1")).orElseThrow());
    }

    /** Each write of an eviction is preceded, in turn, by a whole promotion. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void a_promotion_between_two_writes_keeps_its_bytes(int at) {
        var hub = distribution("hub", days());
        pullAll(hub, "v1");
        pass(30);
        var watched = watched();
        watched.beforeWrite(write -> {
            if (write == at) {
                RepositoryId target = process().registry.repositories.getOrCreate(OTHER);
                process()
                        .registry
                        .curation
                        .promote(id(NAME), view(NAME).version(), target, Optional.empty(), Progress.NONE);
            }
        });
        evict(watched);
        assertThat(watched.writes()).isGreaterThanOrEqualTo(at);

        images.get("v1").forEach(blob -> fetch(OTHER, blob));
        requireWhole(OTHER, view(OTHER).tag(new Tag("v1")).orElseThrow());
    }

    @Test
    void what_is_noted_of_a_repository_goes_with_it() throws IOException {
        var manifest = pull(distribution("hub", days()), byTag("v1")).manifest();
        var registry = process().registry;
        registry.repositories.delete(manifest.repository());
        pass(2);

        registry.cleanup.cleanUp(CleanupService.DEFAULT_PROTECTION, far -> {});

        assertThat(metadata().get(LastPull.TABLE, LastPull.key(manifest.repository(), manifest.digest())))
                .isEmpty();
        assertThat(metadata().get(UpstreamAsked.TABLE, UpstreamAsked.key(manifest.repository(), "v1")))
                .isEmpty();
    }
}
