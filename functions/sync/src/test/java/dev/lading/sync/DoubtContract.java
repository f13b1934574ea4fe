package dev.lading.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.sync.run.SyncLimits;
import dev.lading.sync.run.SyncRequest;
import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import dev.lading.task.TaskState;
import dev.lading.testing.Bytes;
import dev.lading.testing.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Omissions, and removals, which need proof. What an upstream can do wrong is in {@link MirrorTableContract}. */
public abstract class DoubtContract extends SyncFixture {
    private static final String SCHEMA_1 = "{\"schemaVersion\":1}";

    private static String leftOut(Task task) {
        return task.progress().stream()
                .filter(report -> report.code().equals("sync.left_out"))
                .findFirst()
                .map(ProgressReport::message)
                .orElse("");
    }

    private void listed(String... names) {
        upstream.fault("tags/list", reply -> Reply.json(200, "{\"tags\":[\"" + String.join("\",\"", names) + "\"]}"));
    }

    @Test
    void of_many_that_are_left_out_some_are_named_and_all_counted() {
        image("v1", Bytes.random(20));
        listed(IntStream.range(0, 1000).mapToObj(i -> i == 0 ? "v1" : "+" + i).toArray(String[]::new));

        Task task = completed(request(APP, remote()));

        assertThat(done(task, "sync.left_out")).isEqualTo(999);
        assertThat(leftOut(task)).contains("'+1': ").endsWith("and 959 more").hasSizeLessThan(20_000);
        assertThat(tags(APP)).containsExactly("v1");
    }

    @Test
    void what_is_left_out_is_known_to_whoever_goes_on() {
        IntStream.range(0, 6).forEach(i -> image("v" + i, Bytes.random(20)));
        listed("v0", "v1", "v2", "v3", "v4", "v5", "+");
        upstream.fault("manifests/v[05]", reply -> Reply.json(200, SCHEMA_1));
        restart(metadata(), new SyncLimits(Duration.ZERO, Duration.ZERO, PATIENCE, 2, SLICE_BYTES));
        clock.advanceAtEveryLook(Duration.ofMillis(1));

        Task task = completed(request(APP, remote()));

        assertThat(done(task, "sync.left_out")).isEqualTo(3);
        assertThat(leftOut(task)).contains("'+': ", "tag v0: ", "tag v5: ", "schema 1");
        assertThat(tags(APP)).containsExactly("v1", "v2", "v3", "v4");
    }

    @Test
    void all_tags_of_one_manifest_are_named() {
        upstream.fault("manifests/v", reply -> Reply.json(200, SCHEMA_1));
        listed("v1", "v2", "w");
        image("w", Bytes.random(20));

        assertThat(leftOut(completed(request(APP, remote())))).contains("tag v1: ", "tag v2: ");
        assertThat(tags(APP)).containsExactly("w");
    }

    @Test
    void a_mirror_that_several_processes_read_is_not_emptied_either() {
        List<String> tags = IntStream.range(0, 5).mapToObj(i -> "v" + i).toList();
        tags.forEach(tag -> image(tag, Bytes.random(20)));
        SyncRequest request = mirroring(request(APP, remote().includes("v0", "v1", "v2", "v3", "v4")));
        completed(request);
        restart(metadata(), new SyncLimits(Duration.ZERO, Duration.ZERO, PATIENCE, 2, SLICE_BYTES));
        clock.advanceAtEveryLook(Duration.ofMillis(1));
        upstream.fault("manifests/v", reply -> Reply.error(404, "MANIFEST_UNKNOWN"));

        Task refused = sync(request);

        assertThat(refused.state()).isEqualTo(TaskState.FAILED);
        assertThat(refused.error().orElseThrow()).contains("all 5").contains("mirror_empty");
        assertThat(tags(APP)).isEqualTo(tags);

        upstream.heal();
        upstream.fault("manifests/v[1-4]", reply -> Reply.error(404, "MANIFEST_UNKNOWN"));
        completed(request);
        assertThat(tags(APP)).containsExactly("v0");
        upstream.fault("manifests/v", reply -> Reply.error(404, "MANIFEST_UNKNOWN"));
        completed(emptying(request));
        assertThat(tags(APP)).isEmpty();
    }

    @Test
    void an_image_misses_the_blob_that_a_signature_was_to_do_without() {
        restart(metadata(), new SyncLimits(Duration.ZERO, Duration.ZERO, PATIENCE, 1, SLICE_BYTES));
        clock.advanceAtEveryLook(Duration.ofMillis(1));
        byte[] layer = Bytes.random(20);
        String signature = "sha256-" + "0".repeat(64) + ".sig";
        image(signature, layer);
        image("v1", layer);
        upstream.fault("blobs/", reply -> Reply.of(404));
        SyncRequest request = request(APP, remote());

        Task failed = sync(request);

        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error().orElseThrow()).contains("404").contains("tag v1");
        assertThat(tags(APP)).isEmpty();

        upstream.heal();
        completed(request);
        assertThat(tags(APP)).containsExactly(signature, "v1");
    }

    @Test
    void referrers_that_never_come_are_not_asked_for_without_end() {
        List<String> tags = IntStream.range(0, 60).mapToObj(i -> "v" + i).toList();
        tags.forEach(tag -> image(tag, Bytes.random(20)));
        upstream.fault("referrers", reply -> Reply.of(500));

        Task task = completed(request(APP, remote().maxRetries(0)));

        assertThat(done(task, "sync.left_out")).isEqualTo(60);
        assertThat(requests("/referrers/")).hasSizeLessThan(60);
        assertThat(tags(APP)).hasSize(60);
    }

    @Test
    void referrers_that_are_denied_later_are_kept() {
        Digest subject = image("v1", Bytes.random(20));
        image("v2", Bytes.random(20));
        byte[] sbom = Bytes.random(20);
        upstream.blob(sbom);
        Digest referrer = upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/spdx+json", subject));
        SyncRequest request = mirroring(request(APP, remote()));
        completed(request);
        for (int status : List.of(404, 403)) {
            upstream.fault("referrers/" + subject, 1, reply -> Reply.of(status));

            completed(request);

            assertThat(view(APP).referrer(subject, referrer)).isPresent();
        }
    }

    @Test
    void what_a_referrer_is_and_a_tag_names_too_is_needed() {
        Digest subject = image("a", Bytes.random(20));
        byte[] sbom = Bytes.random(20);
        Digest blob = upstream.blob(sbom);
        Digest referrer = upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/spdx+json", subject));
        upstream.manifest(UpstreamImages.index(Map.of("", referrer)), "z");
        upstream.fault("manifests/" + referrer, reply -> Reply.error(403, "DENIED"));
        SyncRequest request = request(APP, remote());

        assertThat(sync(request).error().orElseThrow()).contains("403").contains("tag z");

        upstream.heal();
        completed(request);
        requireWhole(APP, referrer);
        assertThat(process().registry.content.blob(blob)).isPresent();
    }

    @Test
    void a_manifest_that_is_known_by_its_sha512_digest_here_stops_no_mirror() {
        image("v1", Bytes.random(20));
        byte[] config = Bytes.random(20);
        upstream.blob(config);
        byte[] image = UpstreamImages.image(List.of(config), "long");
        Digest digest = Digest.of(Digest.SHA512, image);
        upstream.fault(
                "manifests/(long|sha512:)",
                reply -> Reply.of(200, image)
                        .with("Content-Type", MediaType.OCI_MANIFEST.value())
                        .with("Docker-Content-Digest", digest.toString()));
        String signature = "sha512-" + digest.hex().substring(0, 64) + ".sig";
        image(signature, Bytes.random(20));
        listed("v1", "long", signature);
        SyncRequest request = mirroring(request(APP, remote().includes("v*", "long*")));

        completed(request);
        completed(request);

        requireWhole(APP, digest);
        assertThat(tags(APP)).containsExactly("long", signature, "v1");
        upstream.heal();
        upstream.untag(signature);
        completed(request);
        assertThat(tags(APP)).containsExactly("v1");
    }
}
