package dev.lading.sync;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.content.BlobFetcher;
import dev.lading.content.ThroughManifests.Listed;
import dev.lading.content.ThroughManifests.Served;
import dev.lading.content.ThroughManifests.ToAsk;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.Eviction;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughSettings;
import dev.lading.history.Pull;
import dev.lading.history.PullThrough;
import dev.lading.history.RepositorySettings;
import dev.lading.metadata.Labels;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.RegistryException.UpstreamBusy;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteId;
import dev.lading.testing.Bytes;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls of what is not here yet, through a distribution. */
public abstract class ThroughContract extends SyncFixture {
    private static final RepositoryName NAME = new RepositoryName("hub/" + FaultyUpstream.NAME);
    private static final Duration FRESHNESS = Duration.ofMinutes(1);
    private static final Duration FORGOTTEN = Duration.ofSeconds(6);

    private final byte[] config = Bytes.random(40);
    private final byte[] layer = Bytes.random(300);
    private RemoteId remote;
    private PullThrough through;
    private Digest image;

    @BeforeEach
    void makeUpstream() {
        image = image("v1", config, layer);
        remote = create(remote());
        through = through("hub", false, FRESHNESS);
    }

    private PullThrough through(String basePath, boolean hidesGone, Duration freshness) {
        var settings = new PullThroughSettings(
                basePath,
                new RepositoryName(basePath),
                remote,
                false,
                false,
                Labels.NONE,
                Optional.empty(),
                Optional.empty(),
                (int) freshness.toSeconds(),
                hidesGone,
                false,
                Eviction.NONE);
        PullThroughService all = process().pullThroughs;
        return all.findNamed(basePath)
                .map(there -> all.update(there.id(), before -> settings, true))
                .orElseGet(() -> all.create(DistributionId.next(clock.instant()), settings, List.of()))
                .through();
    }

    private Pull pull(RepositoryName name) {
        return new Pull(name, process().registry.repositories.find(name), Optional.of(through));
    }

    private Served pull(Reference reference) {
        return pull(NAME, reference, "user:1");
    }

    private Served pull(RepositoryName name, Reference reference, String principal) {
        Pull pull = pull(name);
        return switch (process().through.known(pull, reference)) {
            case Served served -> served;
            case ToAsk asking ->
                process()
                        .through
                        .ask(pull, reference, asking, principal)
                        .toCompletableFuture()
                        .join();
        };
    }

    private void goStale() {
        clock.advance(FRESHNESS.plusSeconds(1));
        upstream.forgetRequests();
    }

    @Test
    void the_first_pull_makes_a_repository_a_distribution_and_a_remote_of_that_name() {
        Served served = pull(byTag("v1"));

        assertThat(served.manifest().digest()).isEqualTo(image);
        assertThat(served.warning()).isEmpty();
        var registry = process().registry;
        assertThat(registry.versions(NAME)).containsExactly(0L, 1L);
        assertThat(tags(NAME)).containsExactly("v1");
        var repository = registry.repositories.findNamed(NAME.value()).orElseThrow();
        var own = process().remotes.findNamed(NAME.value()).orElseThrow();
        assertThat(repository.settings().remote()).contains(own.id());
        assertThat(own.settings().upstreamName()).isEqualTo(FaultyUpstream.NAME);
        assertThat(registry.distributions.findAt(NAME).orElseThrow().settings().through())
                .contains(through.id());
        assertThat(requests("/blobs/")).isEmpty();
    }

    @Test
    void its_layers_are_fetched_when_they_are_pulled() {
        pull(byTag("v1"));
        var registry = process().registry;
        for (byte[] blob : List.of(config, layer)) {
            var row = registry.blobs.get(registry.pull(NAME), Digest.of(Digest.SHA256, blob));
            process().demanded.fetch(NAME, row).stored().toCompletableFuture().join();
        }

        requireWhole(NAME, image);
        assertThat(upstream.requests()).hasSize(3);
    }

    @Test
    void bytes_count_when_they_are_kept_whoever_fetches_them() {
        remote = create(remote().pullThrough());
        through = through("hub", false, FRESHNESS);
        byte[] large = Bytes.random(FITS + 1);
        byte[] wrong = Bytes.random(100);
        image("v2", layer, config, large, wrong);
        var manifest = pull(byTag("v2")).manifest();
        fetch(process().demanded, layer).join();
        fetch(process().queued, config).join();
        var copied = fetch(process().queued, large);
        while (copiesWaiting() == 0) {
            Thread.onSpinWait();
        }
        deliver();
        copied.join();
        upstream.fault(Digest.of(Digest.SHA256, wrong).toString(), 1, reply -> reply.corrupted());
        assertThatThrownBy(() -> fetch(process().demanded, wrong).join()).hasCauseInstanceOf(UpstreamFailed.class);

        var figures = process().counts.figures(remote);
        assertThat(figures.fetchedBytes())
                .isEqualTo(manifest.sizeBytes() + layer.length + config.length + large.length);
        assertThat(figures.upstreamRequests()).isEqualTo(5);
    }

    private CompletableFuture<?> fetch(BlobFetcher fetcher, byte[] blob) {
        var registry = process().registry;
        var row = registry.blobs.get(registry.pull(NAME), Digest.of(Digest.SHA256, blob));
        return fetcher.fetch(NAME, row).stored().toCompletableFuture();
    }

    @Test
    void a_tag_is_asked_for_once_in_its_freshness_and_then_by_one_head() {
        pull(byTag("v1"));
        upstream.forgetRequests();
        assertThat(pull(byTag("v1")).manifest().digest()).isEqualTo(image);
        assertThat(upstream.requests()).isEmpty();

        goStale();
        assertThat(pull(byTag("v1")).warning()).isEmpty();
        assertThat(pull(byTag("v1")).warning()).isEmpty();

        assertThat(upstream.requests())
                .hasSize(1)
                .allSatisfy(asked -> assertThat(asked).startsWith("HEAD "));
        assertThat(process().registry.versions(NAME)).containsExactly(0L, 1L);
    }

    @Test
    void without_freshness_every_pull_of_a_tag_asks_and_none_of_a_digest_does() {
        through = through("hub", false, Duration.ZERO);
        pull(byTag("v1"));
        upstream.forgetRequests();

        pull(byTag("v1"));
        pull(byTag("v1"));
        assertThat(upstream.requests()).hasSize(2);

        pull(byDigest(image));
        assertThat(upstream.requests()).hasSize(2);
    }

    @Test
    void a_moved_tag_makes_a_version() {
        pull(byTag("v1"));
        Digest moved = image("v1", Bytes.random(50));
        goStale();

        assertThat(pull(byTag("v1")).manifest().digest()).isEqualTo(moved);

        assertThat(process().registry.versions(NAME)).containsExactly(0L, 1L, 2L);
        assertThat(pull(byDigest(image)).manifest().digest()).isEqualTo(image);
    }

    @Test
    void a_digest_or_the_child_of_an_index_may_be_the_first_thing_asked_for() {
        Digest index = upstream.manifest(UpstreamImages.index(Map.of("linux/amd64", image)), "multi");

        assertThat(pull(byDigest(image)).manifest().digest()).isEqualTo(image);
        assertThat(pull(byTag("multi")).manifest().digest()).isEqualTo(index);
        assertThat(pull(byDigest(image)).manifest().digest()).isEqualTo(image);

        assertThat(requests("/manifests/")).hasSize(2);
        assertThat(tags(NAME)).containsExactly("multi");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 429, 500, 503})
    void what_is_held_is_served_whatever_the_upstream_answers(int status) {
        pull(byTag("v1"));
        goStale();
        upstream.fault("/v2/", reply -> Reply.of(status));

        Served served = pull(byTag("v1"));
        assertThat(served.manifest().digest()).isEqualTo(image);
        assertThat(served.warning()).isPresent();
        int asked = upstream.requests().size();
        assertThat(pull(byTag("v1")).warning()).isPresent();
        assertThat(upstream.requests()).hasSize(asked);

        upstream.heal();
        clock.advance(FORGOTTEN);
        assertThat(pull(byTag("v1")).warning()).isEmpty();
    }

    @Test
    void that_the_upstream_limits_one_pull_is_known_to_all_through_that_remote() {
        pull(byTag("v1"));
        Digest other = image("v2", Bytes.random(50));
        goStale();
        upstream.fault("/manifests/v1", reply -> Reply.of(429).with("Retry-After", "3600"));
        assertThat(pull(byTag("v1")).warning().orElseThrow()).contains("limits how often it is asked");
        upstream.heal();
        upstream.forgetRequests();

        assertThatThrownBy(() -> pull(byTag("v2")))
                .hasRootCauseInstanceOf(UpstreamFailed.class)
                .hasMessageContaining("limits how often it is asked");
        assertThat(pull(byTag("v1")).manifest().digest()).isEqualTo(image);
        assertThat(upstream.requests()).isEmpty();

        clock.advance(FORGOTTEN);
        assertThat(pull(byTag("v2")).manifest().digest()).isEqualTo(other);
    }

    @Test
    void what_is_held_is_served_while_the_upstream_is_away() {
        pull(byTag("v1"));
        goStale();
        upstream.close();

        assertThat(pull(byTag("v1")).warning().orElseThrow()).contains(upstream.authority());
        assertThat(pull(byDigest(image)).warning()).isEmpty();
    }

    @Test
    void a_tag_that_is_gone_is_hidden_where_that_is_wanted_and_its_digest_is_not() {
        through = through("hub", true, FRESHNESS);
        pull(byTag("v1"));
        upstream.untag("v1");
        goStale();

        assertThatThrownBy(() -> pull(byTag("v1"))).hasRootCauseInstanceOf(ManifestUnknown.class);
        assertThatThrownBy(() -> pull(byTag("v1"))).hasRootCauseInstanceOf(ManifestUnknown.class);
        assertThat(pull(byDigest(image)).manifest().digest()).isEqualTo(image);
    }

    @Test
    void a_held_tag_waits_only_so_long_and_the_answer_counts_when_it_comes() throws InterruptedException {
        pull(byTag("v1"));
        Digest moved = image("v1", Bytes.random(50));
        goStale();
        var go = new CountDownLatch(1);
        holdUntil(go);

        Pull pull = pull(NAME);
        var late = process().through.ask(pull, byTag("v1"), new ToAsk(Optional.empty()), "user:1");
        clock.advance(HELD_WAITS);
        Served served = pull(byTag("v1"));
        assertThat(served.manifest().digest()).isEqualTo(image);
        assertThat(served.warning()).hasValue("the upstream has not answered yet");

        go.countDown();
        assertThat(late.toCompletableFuture().join().manifest().digest()).isEqualTo(moved);
        assertThat(view(NAME).tag(new Tag("v1"))).contains(moved);
    }

    private void holdUntil(CountDownLatch go) {
        upstream.fault("/v2/", reply -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return reply;
        });
    }

    @Test
    void what_the_upstream_lacks_makes_nothing_and_is_not_asked_for_again_at_once() {
        assertThatThrownBy(() -> pull(byTag("none"))).hasRootCauseInstanceOf(ManifestUnknown.class);
        assertThatThrownBy(() -> pull(byTag("none")))
                .hasRootCauseInstanceOf(ManifestUnknown.class)
                .hasStackTraceContaining(upstream.authority());

        assertThat(upstream.requests()).hasSize(1);
        assertThat(process().registry.repositories.find(NAME)).isEmpty();
        assertThat(process().remotes.findNamed(NAME.value())).isEmpty();
        upstream.manifest(UpstreamImages.image(List.of(config, layer), "v1"), "none");
        clock.advance(FORGOTTEN);
        assertThat(pull(byTag("none")).manifest().digest()).isEqualTo(image);
    }

    @Test
    void however_many_ask_at_once_there_is_one_question_and_one_version() {
        var go = new CountDownLatch(1);
        holdUntil(go);
        Pull pull = pull(NAME);
        List<CompletionStage<Served>> waiting = Stream.generate(
                        () -> process().through.ask(pull, byTag("v1"), new ToAsk(Optional.empty()), "user:1"))
                .limit(40)
                .toList();
        go.countDown();

        waiting.forEach(
                each -> assertThat(each.toCompletableFuture().join().manifest().digest())
                        .isEqualTo(image));

        assertThat(upstream.requests()).hasSize(1);
        assertThat(process().registry.versions(NAME)).containsExactly(0L, 1L);
    }

    @Test
    void who_resolved_the_name_before_it_was_made_asks_nothing_after() {
        Pull before = pull(NAME);
        var none = new ToAsk(Optional.empty());
        pull(byTag("v1"));
        upstream.forgetRequests();

        for (Reference each : List.of(byTag("v1"), byDigest(image))) {
            Served served = process()
                    .through
                    .ask(before, each, none, "user:2")
                    .toCompletableFuture()
                    .join();
            assertThat(served.manifest().digest()).isEqualTo(image);
        }

        assertThat(upstream.requests()).isEmpty();
    }

    @Test
    void processes_that_make_one_name_at_once_make_one_repository() {
        upstream.withoutReferrers();
        var none = new ToAsk(Optional.empty());
        SyncProcess one = process();
        SyncProcess other = restart(metadata(), limits());
        for (int number = 0; number < 30; number++) {
            Pull pull = pull(named(number));

            List<CompletionStage<Served>> both = Stream.of(one, other)
                    .map(each -> each.through.ask(pull, byTag("v1"), none, "user:1"))
                    .toList();

            both.forEach(each -> assertThat(
                            each.toCompletableFuture().join().manifest().digest())
                    .isEqualTo(image));
        }
    }

    @Test
    void two_tags_and_a_digest_at_once_make_one_repository() {
        image("v2", Bytes.random(50));
        Pull pull = pull(NAME);
        List<Reference> references = List.of(byTag("v1"), byTag("v2"), byDigest(image));
        var none = new ToAsk(Optional.empty());

        references.stream()
                .map(each -> process().through.ask(pull, each, none, "user:1"))
                .toList()
                .forEach(each -> each.toCompletableFuture().join());

        assertThat(tags(NAME)).containsExactly("v1", "v2");
    }

    @Test
    void a_principal_makes_a_hundred_names_an_hour_in_all_processes_and_pulls_go_on_of_those() {
        upstream.withoutReferrers();
        for (int number = 0; number < 100; number++) {
            if (number == 50) {
                restart(metadata(), limits());
            }
            pull(named(number), byTag("v1"), "user:1");
        }
        assertThatThrownBy(() -> pull(named(100), byTag("v1"), "user:1"))
                .isInstanceOf(Denied.class)
                .hasMessageContaining("100 new repositories");
        restart(metadata(), limits());
        assertThatThrownBy(() -> pull(named(100), byTag("v1"), "user:1")).isInstanceOf(Denied.class);
        assertThat(process().registry.repositories.find(named(100))).isEmpty();
        pull(named(7), byTag("v1"), "user:1");
        pull(named(100), byTag("v1"), "user:2");

        clock.advance(Duration.ofHours(1));
        pull(named(101), byTag("v1"), "user:1");
    }

    /** A name that is the same at the upstream, and here beneath another base path. */
    private RepositoryName named(int number) {
        through = through("hub" + number, false, FRESHNESS);
        return new RepositoryName("hub" + number + "/" + FaultyUpstream.NAME);
    }

    @Test
    void a_name_that_is_somebodys_already_is_not_taken_over_and_nothing_is_left() {
        process().registry.repositories.create(RepositorySettings.named(NAME.value()));

        assertThatThrownBy(() -> pull(byTag("v1")))
                .hasRootCauseInstanceOf(EntityInUse.class)
                .hasStackTraceContaining("hub");

        assertThat(process().registry.repositories.find(NAME)).isEmpty();
        assertThat(process().remotes.findNamed(NAME.value())).isEmpty();
        assertThat(process().registry.distributions.findAt(NAME)).isEmpty();
    }

    @Test
    void a_repository_that_was_deleted_comes_again_with_the_remote_it_left() {
        pull(byTag("v1"));
        var registry = process().registry;
        registry.repositories.delete(id(NAME));
        clock.advance(FORGOTTEN);
        assertThat(pull(byTag("v1")).manifest().digest()).isEqualTo(image);
        assertThat(registry.versions(NAME)).containsExactly(0L, 1L);

        registry.repositories.delete(id(NAME));
        registry.distributions.delete(
                registry.distributions.findAt(NAME).orElseThrow().id());
        clock.advance(FORGOTTEN);

        assertThat(pull(byTag("v1")).manifest().digest()).isEqualTo(image);
    }

    @Test
    void a_name_that_is_pinned_shows_its_version_whatever_the_upstream_does() {
        pull(byTag("v1"));
        var registry = process().registry;
        var made = registry.distributions.findAt(NAME).orElseThrow();
        registry.distributions.update(made.id(), before -> before.pinnedTo(id(NAME), 1));
        image("v1", Bytes.random(50));
        image("v2", Bytes.random(60));
        goStale();

        assertThat(pull(byTag("v1")).manifest().digest()).isEqualTo(image);
        assertThat(pull(byDigest(image)).warning()).isEmpty();
        assertThatThrownBy(() -> pull(byTag("v2")))
                .isInstanceOf(ManifestUnknown.class)
                .hasMessageContaining("pinned to its version 1");
        assertThat(process().through.referrers(pull(NAME), image, "user:1")).isEmpty();
        assertThat(upstream.requests()).isEmpty();
        assertThat(registry.versions(NAME)).containsExactly(0L, 1L);
    }

    @Test
    void a_name_serves_what_its_pulls_fill_and_no_other_repository() {
        pull(byTag("v1"));
        var registry = process().registry;
        var made = registry.distributions.findAt(NAME).orElseThrow().id();
        var ours = registry.repositories
                .create(RepositorySettings.named("team/app"))
                .id();

        assertThatThrownBy(() -> registry.distributions.update(made, before -> before.serving(ours)))
                .isInstanceOf(EntityInUse.class)
                .hasMessageContaining("'hub/");
        assertThatThrownBy(() -> registry.distributions.update(made, before -> before.pinnedTo(ours, 0)))
                .isInstanceOf(EntityInUse.class);
        var own = id(NAME);
        registry.distributions.update(made, before -> before.servingNothing());
        assertThatThrownBy(() -> registry.distributions.update(made, before -> before.serving(ours)))
                .isInstanceOf(EntityInUse.class);
        registry.distributions.update(made, before -> before.serving(own));
        assertThat(pull(byTag("v1")).manifest().digest()).isEqualTo(image);
        assertThat(registry.repositories.get(ours).version()).isZero();

        var elsewhere = new RepositoryName("team/elsewhere");
        assertThatThrownBy(() -> registry.distributions.update(made, before -> at(before, elsewhere)))
                .isInstanceOf(EntityInUse.class);
        process().pullThroughs.delete(new DistributionId(through.id()));
        registry.distributions.update(made, before -> at(before, elsewhere).serving(ours));
        assertThat(registry.distributions.findAt(elsewhere)).isPresent();
    }

    private static DistributionSettings at(DistributionSettings before, RepositoryName basePath) {
        return new DistributionSettings(
                before.name(),
                basePath,
                before.repository(),
                before.version(),
                before.restricted(),
                before.hidden(),
                before.labels(),
                before.description(),
                before.through());
    }

    @Test
    void a_pull_whose_remote_was_changed_meanwhile_makes_nothing() {
        var go = new CountDownLatch(1);
        holdUntil(go);
        var pulled = process().through.ask(pull(NAME), byTag("v1"), new ToAsk(Optional.empty()), "user:1");
        while (upstream.requests().isEmpty()) {
            Thread.onSpinWait();
        }
        process()
                .remotes
                .update(remote, Optional.empty(), (before, sealing) -> before.labelled(new Labels(Map.of("a", "b"))));
        go.countDown();

        assertThatThrownBy(() -> pulled.toCompletableFuture().join())
                .hasRootCauseInstanceOf(EntityInUse.class)
                .hasStackTraceContaining("was just changed");
        assertThat(process().registry.repositories.find(NAME)).isEmpty();
    }

    @Test
    void what_holds_while_nothing_was_pulled_holds_no_longer_once_a_name_is_made() {
        var distribution = process().pullThroughs.get(new DistributionId(through.id()));
        Write before = process().pullThroughs.requireNothingMade(distribution, "base_path");
        assertThat(metadata().write(before)).isTrue();
        pull(byTag("v1"));

        assertThat(metadata().write(before)).isFalse();
        assertThatThrownBy(() -> process().pullThroughs.requireNothingMade(distribution, "base_path"))
                .isInstanceOf(EntityInUse.class);
    }

    @Test
    void names_that_are_refused_do_not_count() {
        for (int number = 0; number < 101; number++) {
            RepositoryName name = named(number);
            process().registry.repositories.create(RepositorySettings.named(name.value()));
            assertThatThrownBy(() -> pull(name, byTag("v1"), "user:1")).hasRootCauseInstanceOf(EntityInUse.class);
        }

        pull(named(200), byTag("v1"), "user:1");
    }

    @Test
    void a_pull_that_began_before_its_distribution_led_elsewhere_makes_nothing() {
        PullThrough before = through;
        RemoteId first = remote;
        remote = create(remote().name("other"));
        through("hub", false, FRESHNESS);
        through = before;

        assertThatThrownBy(() -> pull(byTag("v1")))
                .hasRootCauseInstanceOf(EntityInUse.class)
                .hasStackTraceContaining("was just changed");
        assertThat(remote).isNotEqualTo(first);
        assertThat(process().registry.repositories.find(NAME)).isEmpty();
    }

    @Test
    void referrers_are_taken_once_in_the_freshness_and_listed_with_the_upstream_away() {
        byte[] sbom = Bytes.random(40);
        upstream.blob(sbom);
        Digest referrer = upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/spdx+json", image));
        pull(byTag("v1"));
        upstream.forgetRequests();

        Pull listed = listed(image).pull();
        assertThat(listed.require().referrer(image, referrer)).isPresent();
        assertThat(process().through.referrers(pull(NAME), image, "user:1")).isEmpty();
        assertThat(upstream.requests()).hasSize(2);

        goStale();
        upstream.close();
        Listed held = listed(image);
        assertThat(held.pull().require().referrer(image, referrer)).isPresent();
        assertThat(held.warning().orElseThrow()).contains(upstream.authority());
    }

    @Test
    void where_the_upstream_has_no_list_of_referrers_the_tag_for_it_is_read() {
        upstream.withoutReferrers();
        byte[] sbom = Bytes.random(40);
        upstream.blob(sbom);
        Digest referrer = upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/spdx+json", image));
        upstream.manifest(
                UpstreamImages.index(Map.of("linux/amd64", referrer)),
                image.toString().replace(':', '-'));

        Pull listed = listed(image).pull();

        assertThat(listed.require().referrer(image, referrer)).isPresent();
    }

    private Listed listed(Digest subject) {
        return process()
                .through
                .referrers(pull(NAME), subject, "user:1")
                .orElseThrow()
                .toCompletableFuture()
                .join();
    }

    @Test
    void referrers_that_were_never_listed_are_not_said_to_be_none_while_the_upstream_fails() {
        pull(byTag("v1"));
        upstream.fault("/referrers/", reply -> Reply.of(503));

        assertThatThrownBy(() -> listed(image)).hasRootCauseInstanceOf(UpstreamFailed.class);
        assertThat(listed(Digest.of(Digest.SHA256, Bytes.random(5))).warning()).isEmpty();

        upstream.heal();
        clock.advance(FORGOTTEN);
        assertThat(listed(image).warning()).isEmpty();
    }

    @Test
    void one_referrer_that_cannot_be_had_does_not_hide_the_others() {
        byte[] sbom = Bytes.random(40);
        upstream.blob(sbom);
        Digest good = upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/spdx+json", image));
        Digest bad = upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/vnd.other", image));
        pull(byTag("v1"));
        upstream.fault("/manifests/" + bad, reply -> Reply.of(404));

        Listed listed = listed(image);
        assertThat(listed.pull().require().referrer(image, good)).isPresent();
        assertThat(listed.warning().orElseThrow()).contains(bad.toString());

        upstream.heal();
        assertThat(listed(image).pull().require().referrer(image, bad)).isPresent();
        assertThat(process().through.referrers(pull(NAME), image, "user:1")).isEmpty();
    }

    @Test
    void many_referrers_come_by_the_hundred_and_are_said_not_to_be_all() {
        byte[] sbom = Bytes.random(40);
        upstream.blob(sbom);
        for (int number = 0; number < 150; number++) {
            upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/vnd.number" + number, image));
        }
        pull(byTag("v1"));

        assertThat(listed(image).warning().orElseThrow()).startsWith("50 more referrers");
        Listed all = listed(image);
        assertThat(all.warning()).isEmpty();
        assertThat(all.pull().require().referrers(image, "", 200).entries()).hasSize(150);
    }

    @Test
    void a_hidden_tag_stays_hidden_while_the_upstream_says_nothing_and_comes_back_with_it() {
        through = through("hub", true, FRESHNESS);
        pull(byTag("v1"));
        upstream.untag("v1");
        goStale();
        assertThatThrownBy(() -> pull(byTag("v1"))).hasRootCauseInstanceOf(ManifestUnknown.class);
        clock.advance(FORGOTTEN);
        upstream.fault("/v2/", reply -> Reply.of(503));

        assertThatThrownBy(() -> pull(byTag("v1"))).hasRootCauseInstanceOf(UpstreamFailed.class);
        assertThatThrownBy(() -> pull(byTag("v1"))).hasRootCauseInstanceOf(UpstreamFailed.class);
        assertThat(process().through.known(pull(NAME), byTag("v1"))).isEqualTo(new ToAsk(Optional.empty()));

        upstream.heal();
        image("v1", config, layer);
        clock.advance(FORGOTTEN);
        assertThat(pull(byTag("v1")).manifest().digest()).isEqualTo(image);
        assertThat(pull(byTag("v1")).warning()).isEmpty();
    }

    @Test
    void a_held_tag_waits_once_however_often_it_is_pulled_while_a_question_hangs() throws InterruptedException {
        pull(byTag("v1"));
        goStale();
        var go = new CountDownLatch(1);
        holdUntil(go);
        Pull pull = pull(NAME);
        var manifest = pull.require().manifest(image);
        var first = process().through.ask(pull, byTag("v1"), new ToAsk(manifest), "user:1");

        clock.advance(HELD_WAITS);
        var second = process().through.ask(pull, byTag("v1"), new ToAsk(manifest), "user:1");
        assertThat(second.toCompletableFuture().join().warning()).isPresent();
        go.countDown();
        first.toCompletableFuture().join();
    }

    @Test
    void questions_to_an_upstream_that_hangs_leave_room_for_others() {
        var go = new CountDownLatch(1);
        var other = new RepositoryName("other/" + FaultyUpstream.NAME);
        PullThrough hanging = through;
        var none = new ToAsk(Optional.empty());
        RemoteId second = create(remote().name("second"));
        try {
            holdUntil(go);
            for (int number = 0; number < 1000; number++) {
                var _ = process().through.ask(pull(NAME), byTag("v" + number), none, "user:" + number % 10);
            }
            var refused = process().through.ask(pull(NAME), byTag("v1001"), none, "user:11");
            assertThatThrownBy(() -> refused.toCompletableFuture().join())
                    .hasRootCauseInstanceOf(UpstreamBusy.class)
                    .hasStackTraceContaining("v1001");
            upstream.heal();
            remote = second;
            through = through("other", false, FRESHNESS);

            assertThat(pull(other, byTag("v1"), "user:1").manifest().digest()).isEqualTo(image);
        } finally {
            through = hanging;
            go.countDown();
        }
    }

    @Test
    void a_layer_comes_whole_whatever_size_manifests_say() {
        byte[] shared = Bytes.random(70_000);
        Digest digest = upstream.blob(shared);
        upstream.manifest(UpstreamImages.sized(Bytes.random(10), digest, 99), "lying");
        upstream.manifest(UpstreamImages.sized(Bytes.random(10), digest, shared.length), "right");
        pull(byTag("lying"));
        pull(byTag("right"));

        fetch(process().demanded, shared).join();

        var registry = process().registry;
        assertThat(registry.blobs.get(registry.pull(NAME), digest).sizeBytes()).isEqualTo(shared.length);
    }

    @Test
    void a_manifest_that_lies_about_its_digest_is_not_kept() {
        upstream.fault("/manifests/", reply -> reply.corrupted());

        assertThatThrownBy(() -> pull(byDigest(image))).hasRootCauseInstanceOf(UpstreamFailed.class);

        assertThat(process().registry.repositories.find(NAME)).isEmpty();
    }
}
