package dev.lading.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobRecord;
import dev.lading.cleanup.CleanupService;
import dev.lading.cleanup.ReclaimService;
import dev.lading.cleanup.ReclaimService.Reclaimed;
import dev.lading.commit.Progress;
import dev.lading.curation.CurationService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.sync.run.SyncRequest;
import dev.lading.testing.Bytes;
import dev.lading.testing.Registry;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are given back since they can be had again, beside all that may want them at the same moment. */
public abstract class ReclaimContract extends SyncFixture {
    private final byte[] config = Bytes.random(40);
    private final byte[] layer = Bytes.random(3 * SLICE_BYTES);
    private final byte[] other = Bytes.random(70);
    private SyncRequest request;

    @BeforeEach
    void pullAll() {
        upstream.withoutReferrers();
        image("v1", config, layer, other);
        request = request(APP, remote().onDemand());
        completed(request);
        read(APP, layer);
        read(APP, other);
        upstream.forgetRequests();
    }

    private ReclaimService reclaims(MetadataStore store) {
        return new ReclaimService(store, process().remotes, newRegistry(store).uploads, clock);
    }

    private Reclaimed reclaim(MetadataStore store, RepositoryView... kept) {
        try {
            return reclaims(store).reclaim(Stream.of(id(APP)), List.of(kept), far -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Reclaimed reclaim() {
        return reclaim(metadata());
    }

    private static Digest digest(byte[] content) {
        return Digest.of(Digest.SHA256, content);
    }

    private Optional<BlobRecord> bytes(byte[] content) {
        return metadata().get(BlobRecord.TABLE, BlobRecord.key(digest(content)));
    }

    private BlobEntry row(RepositoryName name, byte[] content) {
        var registry = process().registry;
        return registry.blobs.get(registry.pull(name), digest(content));
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

    private RepositoryId promote(CurationService curation) {
        RepositoryId target = process().registry.repositories.getOrCreate(OTHER);
        curation.promote(id(APP), view(APP).version(), target, Optional.empty(), Progress.NONE);
        return target;
    }

    /** Whatever happened, every blob can be read in full. */
    private void requireAll(RepositoryName name) {
        for (byte[] content : List.of(config, layer, other)) {
            assertThat(read(name, content)).isEqualTo(content);
        }
    }

    @Test
    void layers_are_given_back_and_fetched_again_when_they_are_pulled() throws IOException {
        var before = bytes(layer).orElseThrow();

        assertThat(reclaim()).isEqualTo(new Reclaimed(2, 2, layer.length + other.length));

        assertThat(bytes(layer)).isEmpty();
        assertThat(blobs().sizeBytes(before.key())).isEmpty();
        assertThat(row(APP, layer).isHeld()).isFalse();
        assertThat(row(APP, config).isHeld()).isTrue();
        assertThat(view(APP).version()).isEqualTo(1);
        requireAll(APP);
        assertThat(requests("/blobs/" + digest(layer))).hasSize(1);
        assertThat(reclaim().blobs()).isEqualTo(2);
    }

    @Test
    void what_a_kept_version_shows_stays() {
        assertThat(reclaim(metadata(), view(APP))).isEqualTo(new Reclaimed(0, 0, 0));
        assertThat(row(APP, layer).isHeld()).isTrue();
    }

    @Test
    void what_was_pushed_stays_and_so_do_its_bytes_under_a_mirror() {
        process().registry.pushBlob(OTHER, layer);

        assertThat(reclaim()).isEqualTo(new Reclaimed(2, 1, other.length));

        upstream.close();
        assertThat(read(OTHER, layer)).isEqualTo(layer);
        assertThat(row(OTHER, layer).isHeld()).isTrue();
    }

    @Test
    void what_only_a_deleted_remote_led_to_stays() {
        process().remotes.delete(request.remote());

        assertThat(reclaim()).isEqualTo(new Reclaimed(0, 0, 0));

        upstream.close();
        requireAll(APP);
    }

    @Test
    void what_was_promoted_is_given_back_by_both() throws IOException {
        RepositoryId target = promote(process().registry.curation);

        assertThat(reclaim()).isEqualTo(new Reclaimed(2, 0, 0));
        assertThat(row(OTHER, layer).isHeld()).isTrue();
        assertThat(reclaims(metadata()).reclaim(Stream.of(id(APP), target), List.of(), far -> {}))
                .isEqualTo(new Reclaimed(2, 2, layer.length + other.length));

        requireAll(OTHER);
        requireAll(APP);
    }

    @Test
    void bytes_that_are_only_listed_in_the_end_go_with_a_clean_up() throws IOException {
        process().registry.pushBlob(OTHER, layer);
        reclaim();
        process().registry.repositories.delete(id(OTHER));
        clock.advance(CleanupService.DEFAULT_PROTECTION.plusDays(1));

        process().registry.cleanup.cleanUp(CleanupService.DEFAULT_PROTECTION, far -> {});

        assertThat(bytes(layer)).isEmpty();
        requireAll(APP);
    }

    @Test
    void a_clean_up_leaves_what_a_mirror_holds() throws IOException {
        clock.advance(CleanupService.DEFAULT_PROTECTION.plusDays(1));
        process().registry.cleanup.cleanUp(CleanupService.DEFAULT_PROTECTION, far -> {});
        upstream.close();
        requireAll(APP);
    }

    @Test
    void a_later_immediate_sync_fetches_what_was_given_back() {
        reclaim();
        process()
                .remotes
                .update(
                        request.remote(),
                        Optional.empty(),
                        (before, sealing) -> remote().name(before.name()).settings());

        assertThat(completed(request).createdResources()).isEmpty();

        upstream.close();
        requireAll(APP);
    }

    /** A promotion that has read rows which hold bytes writes them once those are given back, or while they are. */
    @Test
    void a_promotion_at_the_same_moment_never_ends_with_bytes_that_are_gone() {
        var watched = watched();
        boolean[] done = {false};
        watched.beforeWrite(write -> {
            if (watched.writes(BlobEntry.TABLE) && !done[0]) {
                done[0] = true;
                reclaim();
            }
        });

        promote(newRegistry(watched).curation);

        assertThat(done).containsExactly(true);
        requireAll(APP);
        requireAll(OTHER);
    }

    /** Each write of a reclaim is preceded, in turn, by a whole promotion. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void a_promotion_between_two_writes_of_a_reclaim_keeps_its_bytes(int at) {
        var watched = watched();
        watched.beforeWrite(write -> {
            if (write == at) {
                promote(process().registry.curation);
            }
        });
        reclaim(watched);
        assertThat(watched.writes()).isGreaterThanOrEqualTo(at);
        requireAll(APP);
        requireAll(OTHER);
    }

    @Test
    void a_restored_version_at_the_same_moment_never_ends_with_bytes_that_are_gone() {
        var curation = process().registry.curation;
        long first = view(APP).version();
        curation.clear(id(APP), Progress.NONE);
        clock.advance(CleanupService.DEFAULT_PROTECTION.plusDays(1));
        cleanUp();
        var watched = watched();
        boolean[] done = {false};
        watched.beforeWrite(write -> {
            if (watched.writes(BlobEntry.TABLE) && !done[0]) {
                done[0] = true;
                assertThat(reclaim().blobs()).isEqualTo(2);
            }
        });

        newRegistry(watched).curation.restore(id(APP), first, Optional.empty(), Progress.NONE);

        assertThat(done).containsExactly(true);
        requireAll(APP);
    }

    private void cleanUp() {
        try {
            process().registry.cleanup.cleanUp(CleanupService.DEFAULT_PROTECTION, far -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A pull that is told where bytes are, or fetches them, while they are given back. */
    @Test
    void a_fetch_between_two_writes_of_a_reclaim_keeps_or_gets_its_bytes() {
        for (int at = 1; at <= 6; at++) {
            int when = at;
            var watched = watched();
            watched.beforeWrite(write -> {
                if (write == when) {
                    requireAll(APP);
                }
            });
            reclaim(watched);
            requireAll(APP);
        }
    }

    @Test
    void a_process_that_dies_at_any_write_leaves_what_the_next_reclaim_and_a_sweep_finish() throws IOException {
        for (int last = 1; last <= 5; last++) {
            for (boolean applied : List.of(false, true)) {
                var key = bytes(layer).orElseThrow().key();
                var dying = applied ? watched().dieAfterWrite(last) : watched().dieBeforeWrite(last);
                assertThatThrownBy(() -> reclaim(dying)).isInstanceOf(ProcessDied.class);

                reclaim();
                Registry next = newRegistry(metadata());
                next.uploads.sweep();

                assertThat(bytes(layer)).isEmpty();
                assertThat(blobs().sizeBytes(key)).isEmpty();
                requireAll(APP);
            }
        }
    }

    @Test
    void streamed_layers_are_given_back_after_a_day() throws IOException {
        assertThat(reclaims(metadata()).hasStreamed()).isFalse();
        process()
                .remotes
                .update(
                        request.remote(),
                        Optional.empty(),
                        (before, sealing) ->
                                remote().name(before.name()).streamed().settings());
        assertThat(reclaims(metadata()).hasStreamed()).isTrue();

        assertThat(reclaims(metadata()).reclaimStreamed(far -> {})).isEqualTo(new Reclaimed(0, 0, 0));
        clock.advance(Duration.ofDays(1));
        assertThat(reclaims(metadata()).reclaimStreamed(far -> {}).blobs()).isEqualTo(2);

        requireAll(APP);
    }

    @Test
    void broken_bytes_are_dropped_where_all_that_hold_them_can_have_them_again() throws IOException {
        promote(process().registry.curation);
        process().registry.pushBlob(new RepositoryName("team/pushed"), other);

        assertThat(reclaims(metadata()).dropBroken(digest(layer))).isTrue();
        assertThat(reclaims(metadata()).dropBroken(digest(other))).isFalse();

        assertThat(row(APP, layer).isHeld()).isFalse();
        assertThat(row(OTHER, layer).isHeld()).isFalse();
        requireAll(APP);
        requireAll(OTHER);
    }
}
