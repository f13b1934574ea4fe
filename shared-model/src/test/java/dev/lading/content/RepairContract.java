package dev.lading.content;

import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobWriter;
import dev.lading.blob.Written;
import dev.lading.commit.Progress;
import dev.lading.content.RepairService.Step;
import dev.lading.content.RepairState.Faults;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.task.TaskId;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes are checked against their digests: a version's, and all there are. */
public abstract class RepairContract extends ServiceContract {
    private Digest layer;
    private Digest config;
    private Digest large;
    private RepairService repair;
    private int steps;

    private RepositoryId push() {
        layer = registry().pushBlob(APP, Bytes.random(300_000));
        config = registry().pushBlob(APP, Bytes.random(200));
        registry().push(APP, byTag("small"), Images.image(List.of(config, layer), "small"));
        large = registry()
                .push(APP, byTag("large"), Images.image(List.of(config), "x".repeat(400_000)))
                .digest();
        return registry().view(APP).repository();
    }

    private BlobKey key(Digest digest) {
        return registry().content.blob(digest).orElseThrow().key();
    }

    private void overwrite(Digest digest, byte[] content) throws IOException {
        // Nobody can write over bytes.
        blobs().delete(key(digest), Written.NOTHING);
        try (BlobWriter writer = blobs().write(key(digest), Written.NOTHING)) {
            writer.write(content, 0, content.length);
            writer.commit();
        }
    }

    /** A check of a version, to its end, by another process at each step. */
    private RepairState check(RepositoryId app, long version, boolean digests) throws IOException {
        TaskId task = TaskId.next(clock.instant());
        RepairState state = repair.begun(task);
        while (!state.ended()) {
            state = repair.check(app, version, repair.begun(task), step(digests));
            repair.keep(state);
        }
        return state;
    }

    private RepairState checkAll(boolean digests) throws IOException {
        TaskId task = TaskId.next(clock.instant());
        RepairState state = repair.begun(task);
        while (!state.ended()) {
            state = repair.checkAll(repair.begun(task), step(digests));
            repair.keep(state);
            steps++;
        }
        repair.forget(task);
        assertThat(repair.begun(task)).isEqualTo(RepairState.begin(task));
        return state;
    }

    private static Step step(boolean digests) {
        return new Step(digests, () -> true, Progress.NONE);
    }

    @BeforeEach
    void open() {
        repair = new RepairService(metadata(), registry().versions, blobs(), 2);
    }

    @Test
    void whole_bytes_are_no_news() throws IOException {
        RepositoryId app = push();
        for (boolean digests : List.of(true, false)) {
            assertThat(List.of(check(app, 2, digests), checkAll(digests)))
                    .allSatisfy(state -> assertThat(state.missing()).isEqualTo(Faults.NONE))
                    .allSatisfy(state -> assertThat(state.corrupted()).isEqualTo(Faults.NONE))
                    .extracting(RepairState::checked)
                    // The small manifest is in its row, and has no bytes beside it.
                    .containsExactly(4L, 3L);
            assertThat(check(app, 0, digests).checked()).isZero();
        }
        assertThatThrownBy(() -> check(app, 9, true)).isInstanceOf(EntityUnknown.class);
    }

    @Test
    void missing_and_corrupted_bytes_are_reported() throws IOException {
        RepositoryId app = push();
        blobs().delete(key(config), Written.NOTHING);
        overwrite(layer, Bytes.random(300_000));
        overwrite(large, Bytes.random(10));
        for (RepairState state : List.of(check(app, 2, true), checkAll(true))) {
            assertThat(state.missing()).isEqualTo(new Faults(1, List.of(config)));
            assertThat(state.corrupted().count()).isEqualTo(2);
            assertThat(state.corrupted().first()).containsExactlyInAnyOrder(layer, large);
        }
        for (RepairState state : List.of(check(app, 2, false), checkAll(false))) {
            assertThat(state.missing()).isEqualTo(new Faults(1, List.of(config)));
            assertThat(state.corrupted()).isEqualTo(new Faults(1, List.of(large)));
        }
    }

    @Test
    void many_small_steps_check_each_blob_once() throws IOException {
        repair = new RepairService(metadata(), registry().versions, blobs(), 20);
        List<Digest> lost = registry().holdBlobs(APP, 41);
        for (int n = 0; n < 20; n++) {
            registry().pushBlob(APP, Bytes.random(n + 1));
        }
        RepairState state = checkAll(false);
        assertThat(state.checked()).isEqualTo(61);
        assertThat(state.missing().count()).isEqualTo(41);
        assertThat(state.missing().first()).containsExactlyInAnyOrderElementsOf(lost);
        assertThat(steps).isGreaterThanOrEqualTo(4);
        steps = 0;
        assertThat(checkAll(true).missing().first())
                .containsExactlyElementsOf(
                        lost.stream().sorted(Comparator.comparing(Digest::hex)).toList());
        // The last one finds that there are no more.
        assertThat(steps).isEqualTo(62);
    }

    @Test
    void what_a_cleanup_deletes_meanwhile_is_not_missing() throws IOException {
        for (boolean digests : List.of(false, true)) {
            Digest deleted = registry().pushBlob(APP, Bytes.random(100));
            var store = watched()
                    .beforeGet(table -> metadata()
                            .write(new Write.Delete(BlobRecord.TABLE, BlobRecord.key(deleted), Condition.anything())));
            blobs().delete(key(deleted), Written.NOTHING);
            var whole = new Step(digests, () -> false, Progress.NONE);
            RepairState state = new RepairService(store, registry().versions, blobs())
                    .checkAll(RepairState.begin(TaskId.next(clock.instant())), whole);
            assertThat(state.checked()).isEqualTo(1);
            assertThat(state.missing()).isEqualTo(Faults.NONE);
        }
    }
}
