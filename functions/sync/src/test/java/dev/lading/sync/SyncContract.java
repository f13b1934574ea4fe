package dev.lading.sync;

import static dev.lading.testing.Registry.byDigest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.account.PrincipalId;
import dev.lading.account.UserProfile;
import dev.lading.commit.Progress;
import dev.lading.grant.Target;
import dev.lading.history.RepositorySettings;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteSettings;
import dev.lading.sync.run.SyncRequest;
import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskState;
import dev.lading.testing.Bytes;
import dev.lading.testing.Stored;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions that a sync makes, and the requests it sends for them. */
public abstract class SyncContract extends SyncFixture {
    @Test
    void what_is_removed_while_a_sync_runs_stays_with_the_index_that_names_it() {
        Digest held = image("held", Bytes.random(20));
        SyncRequest request = request(APP, remote());
        completed(request);
        Digest other = image("other", Bytes.random(30));
        Digest index =
                upstream.manifest(UpstreamImages.index(Map.of("linux/amd64", held, "linux/arm64", other)), "multi");
        TaskId task = start(request);
        deliverTask();
        process().registry.curation.clear(id(APP), Progress.NONE);

        deliver();

        assertThat(task(task).error()).isEmpty();
        assertThat(tags(APP)).containsExactly("multi", "other");
        List.of(index, held, other).forEach(each -> requireWhole(APP, each));
    }

    @Test
    void everything_is_taken_and_each_blob_fetched_once() {
        byte[] shared = Bytes.random(500);
        List<Digest> images = IntStream.range(0, 5)
                .mapToObj(i -> image("v" + i, Bytes.random(50), shared, Bytes.random(300)))
                .toList();
        upstream.withoutReferrers();

        Task task = completed(request(APP, remote()));

        assertThat(tags(APP)).containsExactly("v0", "v1", "v2", "v3", "v4");
        images.forEach(digest -> requireWhole(APP, digest));
        assertThat(task.createdResources()).containsExactly("/versions/1/");
        assertThat(requests("/blobs/")).hasSize(11).doesNotHaveDuplicates();
        assertThat(upstream.requests()).hasSize(1 + 5 + 11 + 1);
        assertThat(task.progress()).extracting(ProgressReport::state).containsOnly(TaskState.COMPLETED);
        assertThat(done(task, "sync.tags")).isEqualTo(5);
        assertThat(done(task, "sync.manifests")).isEqualTo(5);
        assertThat(done(task, "sync.blobs")).isEqualTo(11);
        assertThat(done(task, "sync.bytes")).isEqualTo(500 + 5 * 350);
    }

    @Test
    void a_sync_that_finds_nothing_new_makes_no_version_and_few_requests() {
        IntStream.range(0, 5).forEach(i -> image("v" + i, Bytes.random(50), Bytes.random(30)));
        upstream.withoutReferrers();
        SyncRequest request = request(APP, remote());
        completed(request);
        List<String> before = new Stored(process().registry, metadata(), blobs()).everything();
        upstream.forgetRequests();

        Task task = completed(mirroring(request));

        assertThat(task.createdResources()).isEmpty();
        assertThat(upstream.requests()).hasSize(1 + 5 + 1);
        assertThat(requests("HEAD ")).hasSize(5);
        assertThat(process().registry.versions(APP)).containsExactly(0L, 1L);
        assertThat(new Stored(process().registry, metadata(), blobs()).everything())
                .isEqualTo(before);
    }

    @Test
    void where_there_are_referrers_one_request_for_each_manifest_comes_on_top() {
        Digest subject = image("v1", Bytes.random(50));
        byte[] sbom = Bytes.random(40);
        upstream.blob(sbom);
        Digest referrer = upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/spdx+json", subject));
        byte[] signature = Bytes.random(30);
        upstream.blob(signature);
        Digest ofReferrer = upstream.manifest(UpstreamImages.referrer(
                List.of(signature), "application/vnd.dev.cosign.artifact.sig.v1+json", referrer));

        SyncRequest request = request(APP, remote());
        completed(request);

        requireWhole(APP, referrer);
        requireWhole(APP, ofReferrer);
        assertThat(view(APP).referrer(subject, referrer)).isPresent();
        upstream.forgetRequests();
        completed(request);
        assertThat(upstream.requests()).hasSize(1 + 1 + 3);
    }

    @Test
    void what_another_repository_holds_is_linked() {
        byte[] layer = Bytes.random(100);
        Digest child = image("v1", Bytes.random(50), layer);
        Digest index = upstream.manifest(UpstreamImages.index(Map.of("linux/amd64", child)), "multi");
        upstream.withoutReferrers();
        completed(request(APP, remote()));
        upstream.forgetRequests();

        Task task = completed(request(OTHER, remote().includes("multi*")));

        requireWhole(OTHER, index);
        requireWhole(OTHER, child);
        assertThat(requests("/blobs/")).isEmpty();
        assertThat(requests("GET /v2/library/app/manifests")).hasSize(1);
        assertThat(done(task, "sync.blobs")).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_users_run_links_only_what_they_may_read(boolean mayRead) {
        byte[] layer = Bytes.random(100);
        Digest child = image("v1", Bytes.random(50), layer);
        upstream.manifest(UpstreamImages.index(Map.of("linux/amd64", child)), "multi");
        upstream.withoutReferrers();
        SyncRequest others = request(APP, remote());
        completed(others);
        SyncRequest own = request(OTHER, remote().includes("multi*"));
        PrincipalId ann = process()
                .users
                .create("ann", UserProfile.NONE, Optional.empty())
                .id();
        if (mayRead) {
            process().grants.give(ann, "container.containerrepository_viewer", Target.repository(others.repository()));
        }
        upstream.forgetRequests();

        TaskId task = start(own, Optional.of(ann));
        deliver();

        assertThat(process().tasks.get(task).state()).isEqualTo(TaskState.COMPLETED);
        requireWhole(OTHER, child);
        // Its two blobs, and the manifest of the platform.
        assertThat(requests("/blobs/")).hasSize(mayRead ? 0 : 2);
        assertThat(requests("GET /v2/library/app/manifests/" + child)).hasSize(mayRead ? 0 : 1);
    }

    @ParameterizedTest(name = "repository {0}, remote {1}: {2} blobs are fetched")
    @CsvSource({
        "administrator, administrator, 0",
        "ann, administrator, 2",
        "administrator, ann, 2",
        "gone, administrator, 2"
    })
    void whoever_asks_a_run_has_the_rights_of_those_who_said_what_it_takes(
            String ofRepository, String ofRemote, int fetched) {
        Digest image = image("v1", Bytes.random(50), Bytes.random(100));
        completed(request(APP, remote()));
        PrincipalId ann = process()
                .users
                .create("ann", UserProfile.NONE, Optional.empty())
                .id();
        Map<String, Optional<PrincipalId>> sponsors = Map.of(
                "administrator", Optional.empty(), "ann", Optional.of(ann), "gone", Optional.of(new PrincipalId(7)));
        RemoteSettings settings = remote().name("sponsored").settings();
        RemoteId remote = process()
                .remotes
                .create(sealing -> settings, sponsors.get(ofRemote), id -> List.of())
                .id();
        SyncRequest own =
                new SyncRequest(process().registry.repositories.getOrCreate(OTHER), remote, false, false, false);
        process()
                .registry
                .repositories
                .update(
                        own.repository(),
                        before -> new RepositorySettings(
                                        before.name(),
                                        before.description(),
                                        before.labels(),
                                        before.retainVersions(),
                                        Optional.of(own.remote()),
                                        before.schedule(),
                                        before.sponsor())
                                .by(sponsors.get(ofRepository), Optional.of(before)));
        upstream.forgetRequests();

        completed(own);

        requireWhole(OTHER, image);
        assertThat(requests("/blobs/")).hasSize(fetched);
    }

    @Test
    void a_moved_tag_is_taken_and_what_it_was_on_stays_unless_mirrored() {
        Digest before = image("latest", Bytes.random(50));
        SyncRequest request = request(APP, remote());
        SyncRequest other = request(OTHER, remote());
        completed(request);
        completed(other);
        Digest after = image("latest", Bytes.random(60));

        completed(request);
        completed(mirroring(other));

        assertThat(view(APP).tag(new Tag("latest"))).contains(after);
        assertThat(process().registry.hasManifest(APP, byDigest(before))).isTrue();
        assertThat(view(OTHER).tag(new Tag("latest"))).contains(after);
        assertThat(process().registry.hasManifest(OTHER, byDigest(before))).isFalse();
    }

    @Test
    void a_mirror_removes_what_the_upstream_removed_of_what_the_filters_name() {
        image("v1", Bytes.random(50));
        image("v2", Bytes.random(60));
        SyncRequest request = request(APP, remote().includes("v*"));
        completed(request);
        process().registry.pushImage(APP, "own");
        process().registry.pushImage(APP, "v3");
        upstream.untag("v1");

        completed(request);
        assertThat(tags(APP)).containsExactly("own", "v1", "v2", "v3");
        completed(mirroring(request));

        assertThat(tags(APP)).containsExactly("own", "v2");
    }

    @Test
    void a_repository_is_synced_from_several_remotes_and_pushed_to() {
        image("v1", Bytes.random(50));
        image("w1", Bytes.random(60));
        SyncRequest some = request(APP, remote().includes("v*"));
        process().registry.pushImage(APP, "own");

        completed(mirroring(some));
        completed(mirroring(request(APP, remote().includes("w*"))));

        assertThat(tags(APP)).containsExactly("own", "v1", "w1");
    }

    @Test
    void the_sum_of_many_chunks_is_one_version() {
        List<Digest> images = IntStream.range(0, 130)
                .mapToObj(i -> image("v%03d".formatted(i), ("layer " + i % 7).getBytes(UTF_8)))
                .toList();
        upstream.pageSize(30);
        upstream.withoutReferrers();

        Task task = completed(request(APP, remote()));

        assertThat(tags(APP)).hasSize(130);
        assertThat(process().registry.versions(APP)).containsExactly(0L, 1L);
        assertThat(done(task, "sync.tags")).isEqualTo(130);
        assertThat(done(task, "sync.blobs")).isEqualTo(7);
        images.forEach(digest -> requireWhole(APP, digest));
    }
}
