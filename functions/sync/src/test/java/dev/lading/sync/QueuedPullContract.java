package dev.lading.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.history.row.BlobEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobOnItsWay;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.sync.run.SyncLimits;
import dev.lading.testing.Bytes;
import dev.lading.testing.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pulls of layers that are only listed, where several processes answer and may end once they have. */
public abstract class QueuedPullContract extends SyncFixture {
    /** Limits by which each delivery stores one slice. */
    private static final SyncLimits HURRIED =
            new SyncLimits(Duration.ofDays(1), Duration.ofSeconds(-1), PATIENCE, 40, SLICE_BYTES);

    /** Long enough to send a message, even on a busy machine. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(4);

    private final byte[] small = Bytes.random(FITS);
    private final byte[] large = Bytes.random(3 * SLICE_BYTES + 1);

    @BeforeEach
    void list() {
        upstream.withoutReferrers();
        image("v1", Bytes.random(40), small, large);
        completed(request(APP, remote().onDemand()));
        upstream.forgetRequests();
    }

    private static Digest digest(byte[] content) {
        return Digest.of(Digest.SHA256, content);
    }

    private BlobEntry row(byte[] content) {
        var registry = process().registry;
        return registry.blobs.get(registry.pull(APP), digest(content));
    }

    private CompletableFuture<?> ask(byte[] content) {
        return process().queued.fetch(APP, row(content)).stored().toCompletableFuture();
    }

    /** Asks, and waits until the message for it is sent. */
    private CompletionStage<?> askForMessage(byte[] content) {
        CompletionStage<?> asked = ask(content);
        awaitMessages(1);
        return asked;
    }

    private void awaitMessages(int count) {
        while (copiesWaiting() < count) {
            Thread.onSpinWait();
        }
    }

    private void requireHeld(byte[] content) {
        BlobEntry blob = row(content);
        try (InputStream bytes = process().registry.blobs.read(blob.key().orElseThrow(), 0, blob.sizeBytes())) {
            assertThat(bytes.readAllBytes()).isEqualTo(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> blobRequests() {
        return requests("/blobs/");
    }

    @Test
    void what_fits_is_fetched_by_who_is_asked() {
        ask(small).join();

        assertThat(copiesWaiting()).isZero();
        assertThat(blobRequests()).hasSize(1);
        requireHeld(small);
    }

    @Test
    void what_does_not_is_fetched_once_behind_the_queue_however_many_processes_wait() {
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int process = 0; process < 3; process++) {
            restart(metadata(), limits());
            for (int client = 0; client < 3; client++) {
                waiting.add(ask(large));
            }
        }
        awaitMessages(1);
        deliver();
        waiting.forEach(CompletableFuture::join);

        assertThat(blobRequests()).hasSize(1);
        assertThat(copiesWaiting()).isZero();
        requireHeld(large);
        ask(large).join();
        assertThat(blobRequests()).hasSize(1);
    }

    @Test
    void who_waits_too_long_is_told_so_and_is_served_when_he_comes_back() {
        queuedWaits = SHORT_WAIT;
        CompletionStage<?> asked = askForMessage(large);
        assertThatThrownBy(() -> asked.toCompletableFuture().join()).hasRootCauseInstanceOf(BlobOnItsWay.class);
        queuedWaits = LONG_WAIT;
        deliver();

        ask(large).join();

        assertThat(blobRequests()).hasSize(1);
    }

    @Test
    void wrong_content_is_refused_to_all_who_wait_and_not_asked_for_at_once() {
        for (byte[] content : List.of(small, large)) {
            upstream.forgetRequests();
            upstream.fault(digest(content).toString(), 1, reply -> reply.corrupted());
            var asked = ask(content);
            if (content.length > FITS) {
                awaitMessages(1);
                deliver();
            }
            assertThatThrownBy(asked::join).hasRootCauseInstanceOf(UpstreamFailed.class);
            restart(metadata(), limits());
            assertThatThrownBy(() -> ask(content).join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(UpstreamFailed.class)
                    .hasMessageContaining("other content");
            assertThat(blobRequests()).hasSize(1);
            assertThat(row(content).isHeld()).isFalse();

            clock.advance(Duration.ofSeconds(61));
            var again = ask(content);
            if (content.length > FITS) {
                awaitMessages(1);
                deliver();
            }
            again.join();
            requireHeld(content);
        }
    }

    @Test
    void what_the_upstream_refuses_is_asked_for_again_after_seconds() {
        upstream.fault(digest(large).toString(), reply -> Reply.of(403));
        var asked = askForMessage(large);
        deliver();
        assertThatThrownBy(() -> asked.toCompletableFuture().join())
                .cause()
                .isInstanceOf(UpstreamFailed.class)
                .hasMessageContaining("403");
        assertThatThrownBy(() -> ask(large).join()).hasRootCauseInstanceOf(UpstreamFailed.class);
        assertThat(copiesWaiting()).isZero();

        upstream.heal();
        clock.advance(Duration.ofSeconds(6));
        var again = askForMessage(large);
        deliver();
        again.toCompletableFuture().join();
        requireHeld(large);
    }

    @Test
    void a_fetch_that_died_is_taken_up_where_it_stopped() {
        queuedWaits = SHORT_WAIT;
        restart(metadata(), HURRIED);
        askForMessage(large);
        deliverCopy();
        takeCopy();
        restart(metadata(), limits());
        assertThatThrownBy(() -> ask(large).join()).hasRootCauseInstanceOf(BlobOnItsWay.class);
        queuedWaits = LONG_WAIT;
        assertThat(copiesWaiting()).isZero();
        clock.advance(Duration.ofMinutes(3));

        var asked = askForMessage(large);
        deliver();

        asked.toCompletableFuture().join();
        requireHeld(large);
        assertThat(upstream.asked().getLast().header("range")).contains("bytes=" + SLICE_BYTES + "-");
    }

    @Test
    void time_that_runs_out_hands_the_rest_on() {
        restart(metadata(), HURRIED);
        var asked = askForMessage(large);
        for (int slice = 0; slice < 3; slice++) {
            assertThat(asked.toCompletableFuture()).isNotDone();
            deliverCopy();
            assertThat(copiesWaiting()).isEqualTo(1);
        }
        deliver();

        asked.toCompletableFuture().join();
        requireHeld(large);
    }

    @Test
    void a_message_whose_claim_is_over_does_nothing() {
        askForMessage(large);
        var late = takeCopy();
        clock.advance(Duration.ofMinutes(16));
        restart(metadata(), limits());
        var again = askForMessage(large);
        process().demandedCopies.work(late);
        assertThat(blobRequests()).isEmpty();

        deliver();
        again.toCompletableFuture().join();
        process().demandedCopies.work(late);

        assertThat(blobRequests()).hasSize(1);
        requireHeld(large);
    }

    @Test
    void who_was_frozen_with_a_small_one_is_relieved_by_the_copier() {
        queuedWaits = SHORT_WAIT;
        upstream.fault(digest(small).toString(), 1, reply -> Reply.never());
        var frozen = ask(small);
        assertThatThrownBy(frozen::join).hasRootCauseInstanceOf(BlobOnItsWay.class);
        queuedWaits = LONG_WAIT;
        clock.advance(Duration.ofSeconds(31));
        restart(metadata(), limits());

        var asked = askForMessage(small);
        deliver();

        asked.toCompletableFuture().join();
        requireHeld(small);
    }
}
