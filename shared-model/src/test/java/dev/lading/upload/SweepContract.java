package dev.lading.upload;

import static dev.lading.testing.Registry.UPLOAD_EXPIRY;
import static dev.lading.testing.Registry.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobKey;
import dev.lading.metadata.Query;
import dev.lading.metadata.RecordJson;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.testing.Bytes;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that are abandoned. */
public abstract class SweepContract extends ServiceContract {
    private static final Duration PAST_EXPIRY = UPLOAD_EXPIRY.plusSeconds(1);

    /** Earlier builds stored this name for uploads of no repository. */
    private static final RepositoryName ORPHANED = new RepositoryName("orphaned");

    private final byte[] content = Bytes.random(20_000);

    private UploadService uploads() {
        return registry().uploads;
    }

    @Test
    void an_upload_that_rested_too_long_is_swept_with_its_bytes() throws IOException {
        BlobKey key = started();
        clock.advance(PAST_EXPIRY);
        assertThat(uploads().sweep()).isEqualTo(1);
        requireNothing(key);
        assertThat(uploads().sweep()).isZero();
    }

    @Test
    void an_upload_that_moved_lately_is_left_alone() throws IOException {
        BlobKey key = started();
        clock.advance(UPLOAD_EXPIRY.minusSeconds(1));
        assertThat(uploads().sweep()).isZero();
        uploads().append(APP, key, chunk(content));
        clock.advance(UPLOAD_EXPIRY.minusSeconds(1));
        assertThat(uploads().sweep()).isZero();
        assertThat(uploads().sizeBytes(APP, key)).isEqualTo(40_000);
    }

    @Test
    void a_finished_blob_is_not_swept() throws IOException {
        Digest digest = registry().pushBlob(APP, content);
        clock.advance(PAST_EXPIRY);
        assertThat(uploads().sweep()).isZero();
        assertThat(blobs().sizeBytes(registry()
                        .blobs
                        .get(registry().pull(APP), digest)
                        .key()
                        .orElseThrow()))
                .hasValue(content.length);
    }

    @Test
    void many_uploads_are_swept_in_one_go() throws IOException {
        List<BlobKey> keys =
                IntStream.range(0, 40).mapToObj(i -> uploads().begin(APP).key()).toList();
        clock.advance(PAST_EXPIRY);
        BlobKey fresh = uploads().begin(APP).key();
        assertThat(uploads().sweep()).isEqualTo(keys.size());
        assertThat(uploads().sizeBytes(APP, fresh)).isZero();
    }

    @Test
    void a_chunk_for_a_swept_upload_leaves_no_bytes() throws IOException {
        BlobKey key = started();
        BlobKey empty = uploads().begin(APP).key();
        clock.advance(PAST_EXPIRY);
        uploads().sweep();
        for (BlobKey swept : List.of(key, empty)) {
            assertThatThrownBy(() -> uploads().append(APP, swept, chunk(content)))
                    .isInstanceOf(UploadUnknown.class);
            requireNothing(swept);
        }
    }

    @Test
    void a_chunk_for_an_upload_that_another_process_swept_leaves_no_bytes() throws IOException {
        BlobKey key = uploads().begin(APP).key();
        clock.advance(PAST_EXPIRY);
        newRegistry(metadata()).uploads.sweep();
        assertThatThrownBy(() -> uploads().append(APP, key, chunk(content))).isInstanceOf(UploadUnknown.class);
        requireNothing(key);
    }

    @Test
    void a_chunk_that_takes_longer_than_the_expiry_keeps_its_upload_alive() throws IOException {
        BlobKey key = started();
        Registry other = newRegistry(metadata());
        InputStream slow = new ByteArrayInputStream(Bytes.random(1_000_000)) {
            @Override
            public int readNBytes(byte[] buffer, int offset, int length) {
                clock.advance(UPLOAD_EXPIRY.dividedBy(3));
                sweep(other);
                return super.readNBytes(buffer, offset, length);
            }
        };
        Chunk chunk = new Chunk(OptionalLong.empty(), OptionalLong.of(1_000_000), slow);
        assertThat(uploads().append(APP, key, chunk)).isEqualTo(1_020_000);
    }

    /** 1: nothing is done yet; 2: the upload is marked and its bytes are gone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_sweep_that_dies_before_a_write_is_done_by_the_next(int write) throws IOException {
        requireNextSweepToFinish(watched().dieBeforeWrite(write));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_sweep_that_dies_behind_a_write_is_done_by_the_next(int write) throws IOException {
        requireNextSweepToFinish(watched().dieAfterWrite(write));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_server_starts_after_a_sweep_that_died(int write) throws IOException {
        BlobKey key = started();
        clock.advance(PAST_EXPIRY);
        WatchedMetadataStore dying = watched().dieBeforeWrite(write);
        assertThatThrownBy(() -> newRegistry(dying).uploads.sweep()).isInstanceOf(ProcessDied.class);
        UploadService restarted = newRegistry(metadata()).uploads;
        restarted.recover();
        assertThat(restarted.sweep()).isEqualTo(1);
        requireNothing(key);
    }

    @Test
    void a_repository_called_orphaned_has_its_uploads_to_itself() throws IOException {
        BlobKey key = uploads().begin(ORPHANED).key();
        uploads().append(ORPHANED, key, chunk(content));
        BlobKey nobodys = uploads().begin().key();
        byte[] unused = Bytes.random(1000);
        uploads().keep(Digest.of(Digest.SHA256, unused), unused);

        assertThat(uploads().forget(uploads().kept(Digest.of(Digest.SHA256, unused))))
                .isTrue();
        assertThat(uploads().sweep()).isZero();
        assertThatThrownBy(() -> uploads().sizeBytes(key)).isInstanceOf(UploadUnknown.class);
        assertThatThrownBy(() -> uploads().cancel(key)).isInstanceOf(UploadUnknown.class);
        assertThatThrownBy(() -> uploads().sizeBytes(ORPHANED, nobodys)).isInstanceOf(UploadUnknown.class);
        assertThat(uploads().sizeBytes(nobodys)).isZero();
        Digest digest = Digest.of(Digest.SHA256, content);
        uploads().finish(ORPHANED, key, Chunk.EMPTY, digest);
        assertThat(registry().blobs.get(registry().pull(ORPHANED), digest).sizeBytes())
                .isEqualTo(content.length);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_an_earlier_build_stored_for_nobody_is_swept(boolean discarded) throws IOException {
        BlobKey key = started();
        Upload earlier = RecordJson.read(Upload.TABLE, """
                {"key":"%s","name":"orphaned","written":%s,"expires":"%s","discarded":%s,"revision":0}
                """.formatted(
                        key,
                        RecordJson.write(metadata()
                                .get(Upload.TABLE, Upload.key(key))
                                .orElseThrow()
                                .written()),
                        clock.instant().minusSeconds(1),
                        discarded));
        metadata().write(Write.put(Upload.TABLE, earlier));

        assertThatThrownBy(() -> uploads().sizeBytes(key)).isInstanceOf(UploadUnknown.class);
        assertThat(newRegistry(metadata()).uploads.sweep()).isEqualTo(1);
        requireNothing(key);
    }

    @Test
    void a_restart_keeps_what_was_answered_for() throws IOException {
        BlobKey key = started();
        BlobKey untouched = uploads().begin(APP).key();
        UploadService restarted = newRegistry(metadata()).uploads;
        restarted.recover();
        assertThat(restarted.sizeBytes(APP, key)).isEqualTo(content.length);
        restarted.finish(APP, key, Chunk.EMPTY, Digest.of(Digest.SHA256, content));
        assertThat(restarted.sizeBytes(APP, untouched)).isZero();
    }

    private void requireNextSweepToFinish(WatchedMetadataStore dying) throws IOException {
        BlobKey key = started();
        clock.advance(PAST_EXPIRY);
        assertThatThrownBy(() -> newRegistry(dying).uploads.sweep()).isInstanceOf(ProcessDied.class);
        newRegistry(metadata()).uploads.sweep();
        requireNothing(key);
    }

    private BlobKey started() throws IOException {
        BlobKey key = uploads().begin(APP).key();
        uploads().append(APP, key, chunk(content));
        return key;
    }

    private static void sweep(Registry registry) {
        try {
            registry.uploads.sweep();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireNothing(BlobKey key) throws IOException {
        assertThat(blobs().sizeBytes(key)).isEmpty();
        assertThat(metadata()
                        .query(Upload.TABLE, Query.ascending(key.value().substring(0, 1), "0", "~", 10))
                        .records())
                .isEmpty();
    }
}
