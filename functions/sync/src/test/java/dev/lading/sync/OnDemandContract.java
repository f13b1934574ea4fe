package dev.lading.sync;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.account.PrincipalId;
import dev.lading.account.UserProfile;
import dev.lading.cleanup.CleanupService;
import dev.lading.commit.Progress;
import dev.lading.content.ListedBlobs;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.sync.run.SyncRequest;
import dev.lading.task.TaskId;
import dev.lading.testing.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Layers that a sync lists and the first pull fetches. */
public abstract class OnDemandContract extends SyncFixture {
    private final byte[] config = Bytes.random(40);
    private final byte[] layer = Bytes.random(3 * SLICE_BYTES);
    private final byte[] other = Bytes.random(70);
    private Digest image;
    private SyncRequest request;

    @BeforeEach
    void makeUpstream() {
        upstream.withoutReferrers();
        image = image("v1", config, layer, other);
        request = request(APP, remote().onDemand());
    }

    private static Digest digest(byte[] content) {
        return Digest.of(Digest.SHA256, content);
    }

    private BlobEntry row(RepositoryName name, byte[] content) {
        var registry = process().registry;
        return registry.blobs.get(registry.pull(name), digest(content));
    }

    private CompletionStage<?> fetch(RepositoryName name, byte[] content) {
        return process().demanded.fetch(name, row(name, content)).stored();
    }

    /** Reads a blob as a GET does. */
    private byte[] read(RepositoryName name, byte[] content) {
        BlobEntry blob = row(name, content);
        var key = blob.key()
                .orElseGet(() -> process()
                        .demanded
                        .fetch(name, blob)
                        .stored()
                        .toCompletableFuture()
                        .join());
        try (InputStream bytes = process().registry.blobs.read(key, 0, blob.sizeBytes())) {
            return bytes.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_sync_takes_no_layer_and_the_first_pull_of_each_takes_it_once() {
        completed(request);
        assertThat(requests("/blobs/")).containsExactly("GET /v2/library/app/blobs/" + digest(config));
        assertThat(row(APP, layer).isHeld()).isFalse();
        assertThat(view(APP).blobs(Optional.empty(), 10).entries()).hasSize(3);

        assertThat(read(APP, layer)).isEqualTo(layer);
        assertThat(read(APP, layer)).isEqualTo(layer);

        assertThat(row(APP, layer).isHeld()).isTrue();
        assertThat(row(APP, other).isHeld()).isFalse();
        assertThat(requests("/blobs/" + digest(layer))).hasSize(1);
        upstream.close();
        assertThat(read(APP, layer)).isEqualTo(layer);
    }

    @Test
    void an_unchanged_sync_fetches_nothing_and_makes_no_version() {
        completed(request);
        read(APP, layer);
        upstream.forgetRequests();

        assertThat(completed(request).createdResources()).isEmpty();

        assertThat(requests("/blobs/")).isEmpty();
        assertThat(row(APP, layer).isHeld()).isTrue();
    }

    @Test
    void however_many_ask_at_once_the_upstream_is_asked_once() throws InterruptedException {
        completed(request);
        var go = new CountDownLatch(1);
        upstream.fault("/blobs/", reply -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return reply;
        });
        List<CompletionStage<?>> waiting = Stream.<CompletionStage<?>>generate(() -> fetch(APP, layer))
                .limit(50)
                .toList();
        go.countDown();

        waiting.forEach(each -> each.toCompletableFuture().join());

        assertThat(requests("/blobs/" + digest(layer))).hasSize(1);
        assertThat(read(APP, layer)).isEqualTo(layer);
    }

    @Test
    void a_layer_with_other_content_is_refused_and_not_asked_for_again_at_once() {
        completed(request);
        upstream.fault("/blobs/", 1, reply -> reply.corrupted());

        assertThatThrownBy(() -> read(APP, layer))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(UpstreamFailed.class)
                .hasMessageContaining(digest(layer).toString());
        assertThatThrownBy(() -> read(APP, layer)).hasRootCauseInstanceOf(UpstreamFailed.class);
        assertThat(requests("/blobs/" + digest(layer))).hasSize(1);
        assertThat(row(APP, layer).isHeld()).isFalse();

        clock.advance(Duration.ofMinutes(2));
        assertThat(read(APP, layer)).isEqualTo(layer);
    }

    @Test
    void what_was_promoted_is_fetched_from_where_it_came_and_once_for_both() {
        completed(request);
        var curation = process().registry.curation;
        var target = process().registry.repositories.getOrCreate(OTHER);
        curation.promote(id(APP), view(APP).version(), target, Optional.empty(), Progress.NONE);

        assertThat(read(OTHER, layer)).isEqualTo(layer);
        assertThat(read(APP, layer)).isEqualTo(layer);
        assertThat(read(APP, other)).isEqualTo(other);
        assertThat(read(OTHER, other)).isEqualTo(other);

        assertThat(requests("/blobs/" + digest(layer))).hasSize(1);
        assertThat(requests("/blobs/" + digest(other))).hasSize(1);
    }

    @Test
    void who_lists_a_digest_gets_no_bytes_that_others_hold() throws IOException {
        process().registry.pushBlob(OTHER, layer);
        upstream.forget(digest(layer));
        TaskId task = start(request, Optional.of(stranger()));
        deliver();
        assertThat(task(task).error()).isEmpty();

        assertThatThrownBy(() -> read(APP, layer)).hasRootCauseInstanceOf(UpstreamFailed.class);
        var registry = process().registry;
        var third = new RepositoryName("team/third");
        assertThat(registry.blobs.mount(third, digest(layer), Optional.of(APP), pull -> true))
                .isFalse();
        ContentUnit unit = row(APP, layer).unit().orElseThrow();
        var into = registry.repositories.getOrCreate(third);
        registry.curation.add(into, List.of(unit), id(APP)::equals, Progress.NONE);
        assertThat(row(third, layer).isHeld()).isFalse();
        assertThatThrownBy(() -> registry.curation.add(
                        registry.repositories.getOrCreate(new RepositoryName("team/none")),
                        List.of(unit),
                        each -> false,
                        Progress.NONE))
                .isInstanceOf(FieldInvalid.class);
    }

    /** A user who may read nothing that other repositories hold. */
    private PrincipalId stranger() {
        return process()
                .users
                .create("stranger", UserProfile.NONE, Optional.empty())
                .id();
    }

    @Test
    void a_later_immediate_sync_fetches_what_is_only_listed_and_makes_no_version() {
        completed(request);
        read(APP, other);
        process()
                .remotes
                .update(
                        request.remote(),
                        Optional.empty(),
                        (before, sealing) -> remote().name(before.name()).settings());
        upstream.forgetRequests();

        assertThat(completed(request).createdResources()).isEmpty();

        assertThat(requests("/blobs/")).containsExactly("GET /v2/library/app/blobs/" + digest(layer));
        upstream.close();
        assertThat(read(APP, layer)).isEqualTo(layer);
        requireWhole(APP, image);
    }

    @Test
    void a_remote_is_needed_as_long_as_a_blob_is_only_listed() {
        completed(request);
        var listed = new ListedBlobs(metadata());
        assertThat(listed.needing(request.remote())).contains(id(APP));
        read(APP, layer);
        assertThat(listed.needing(request.remote())).contains(id(APP));
        read(APP, other);
        assertThat(listed.needing(request.remote())).isEmpty();
    }

    @Test
    void a_layer_that_is_pushed_beside_its_listing_stays() throws IOException {
        completed(request);
        process().registry.pushBlob(APP, layer);
        clock.advance(CleanupService.DEFAULT_PROTECTION.plusDays(1));

        process().registry.cleanup.cleanUp(CleanupService.DEFAULT_PROTECTION, far -> {});

        upstream.close();
        assertThat(read(APP, layer)).isEqualTo(layer);
        assertThat(row(APP, layer).isHeld()).isTrue();
    }

    @Test
    void a_push_that_names_a_listed_layer_needs_no_bytes_of_it() throws IOException {
        completed(request);
        byte[] own = "{}".getBytes(UTF_8);
        process().registry.pushBlob(APP, own);
        byte[] derived = UpstreamImages.image(List.of(own, layer), "derived");
        Digest pushed = process().registry.push(APP, byTag("derived"), derived).digest();

        assertThat(process().registry.manifests.get(process().registry.pull(APP), byDigest(pushed)))
                .isNotNull();
        assertThat(read(APP, layer)).isEqualTo(layer);
        assertThat(process()
                        .registry
                        .content
                        .find(ContentKind.BLOB, digest(layer).toString()))
                .isPresent();
    }
}
