package dev.lading.upload;

import static dev.lading.testing.Registry.chunk;
import static dev.lading.testing.Registry.chunkAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.SizeInvalid;
import dev.lading.oci.RegistryException.UploadOutOfOrder;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.testing.Bytes;
import dev.lading.testing.EndingStream;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads of blobs. */
public abstract class UploadContract extends ServiceContract {
    private static final int SIZE = 300_000;
    private static final int HALF = 150_001;

    private final byte[] content = Bytes.random(SIZE);
    private final byte[] firstHalf = Arrays.copyOf(content, HALF);
    private final byte[] secondHalf = Arrays.copyOfRange(content, HALF, SIZE);
    private final Digest digest = Digest.of(Digest.SHA256, content);

    private UploadService uploads() {
        return registry().uploads;
    }

    private BlobKey begin() {
        return uploads().begin(APP).key();
    }

    @Test
    void chunks_in_order_make_a_blob() throws IOException {
        BlobKey key = begin();
        assertThat(uploads().append(APP, key, chunkAt(0, firstHalf))).isEqualTo(HALF);
        assertThat(uploads().append(APP, key, chunk(secondHalf))).isEqualTo(SIZE);
        assertThat(uploads().sizeBytes(APP, key)).isEqualTo(SIZE);
        uploads().finish(APP, key, Chunk.EMPTY, digest);
        requireBlob(digest, content);
        assertThatThrownBy(() -> uploads().sizeBytes(APP, key)).isInstanceOf(UploadUnknown.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {Digest.SHA256, Digest.SHA512})
    void the_last_chunk_may_come_with_the_digest(String algorithm) throws IOException {
        Digest named = Digest.of(algorithm, content);
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        uploads().finish(APP, key, chunkAt(HALF, secondHalf), named);
        requireBlob(named, content);
    }

    @ParameterizedTest
    @ValueSource(strings = {Digest.SHA256, Digest.SHA512})
    void a_blob_may_come_in_one_request(String algorithm) throws IOException {
        Digest named = Digest.of(algorithm, content);
        uploads().finish(APP, begin(), chunk(content), named);
        requireBlob(named, content);
    }

    @Test
    void a_blob_may_be_empty() throws IOException {
        Digest empty = Digest.of(Digest.SHA256, new byte[0]);
        uploads().finish(APP, begin(), Chunk.EMPTY, empty);
        requireBlob(empty, new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, HALF - 1, HALF + 1, Long.MAX_VALUE})
    void a_chunk_that_does_not_start_at_the_end_is_told_where_to_go_on(long start) throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        assertThatExceptionOfType(UploadOutOfOrder.class)
                .isThrownBy(() -> uploads().append(APP, key, chunkAt(start, secondHalf)))
                .satisfies(e -> assertThat(e.storedBytes()).isEqualTo(HALF));
        assertThatExceptionOfType(UploadOutOfOrder.class)
                .isThrownBy(() -> uploads().finish(APP, key, chunkAt(start, secondHalf), digest))
                .satisfies(e -> assertThat(e.storedBytes()).isEqualTo(HALF));
        uploads().finish(APP, key, chunkAt(HALF, secondHalf), digest);
        requireBlob(digest, content);
    }

    @Test
    void a_repeated_chunk_is_told_that_it_is_stored() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunkAt(0, firstHalf));
        assertThatExceptionOfType(UploadOutOfOrder.class)
                .isThrownBy(() -> uploads().append(APP, key, chunkAt(0, firstHalf)))
                .satisfies(e -> assertThat(e.storedBytes()).isEqualTo(HALF));
    }

    @Test
    void a_second_request_on_one_upload_is_sent_away() throws IOException {
        BlobKey key = begin();
        InputStream both = new EndingStream(
                firstHalf,
                () -> assertThatThrownBy(() -> uploads().append(APP, key, chunk(secondHalf)))
                        .isInstanceOf(UploadOutOfOrder.class));
        uploads().append(APP, key, new Chunk(OptionalLong.empty(), OptionalLong.empty(), both));
        uploads().finish(APP, key, chunk(secondHalf), digest);
        requireBlob(digest, content);
    }

    @Test
    void a_chunk_that_breaks_off_leaves_the_upload_as_it_was() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        Chunk breaksOff = new Chunk(OptionalLong.empty(), OptionalLong.of(SIZE), new EndingStream(secondHalf, () -> {
            throw new IOException("the client went away");
        }));
        assertThatThrownBy(() -> uploads().append(APP, key, breaksOff)).isInstanceOf(IOException.class);
        assertThat(uploads().sizeBytes(APP, key)).isEqualTo(HALF);
        uploads().finish(APP, key, chunk(secondHalf), digest);
        requireBlob(digest, content);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, HALF - 1, HALF + 1})
    void a_chunk_of_another_length_than_announced_is_refused(long announced) throws IOException {
        BlobKey key = begin();
        Chunk other = new Chunk(OptionalLong.empty(), OptionalLong.of(announced), new ByteArrayInputStream(firstHalf));
        assertThatThrownBy(() -> uploads().append(APP, key, other)).isInstanceOf(SizeInvalid.class);
        assertThat(uploads().sizeBytes(APP, key)).isZero();
        uploads().finish(APP, key, chunk(content), digest);
        requireBlob(digest, content);
    }

    @Test
    void a_wrong_digest_ends_the_upload_and_leaves_nothing() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        assertThatThrownBy(() -> uploads().finish(APP, key, Chunk.EMPTY, digest))
                .isInstanceOf(DigestInvalid.class);
        requireGone(key);
        assertThat(metadata().get(BlobRecord.TABLE, BlobRecord.key(digest))).isEmpty();
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(APP), digest))
                .isInstanceOf(BlobUnknown.class);
    }

    @Test
    void a_wrong_digest_is_found_where_the_hash_was_lost() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        UploadService restarted = newRegistry(metadata()).uploads;
        assertThatThrownBy(() -> restarted.finish(APP, key, Chunk.EMPTY, digest))
                .isInstanceOf(DigestInvalid.class);
        requireGone(key);
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(APP), digest))
                .isInstanceOf(BlobUnknown.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {Digest.SHA256, Digest.SHA512})
    void another_process_goes_on(String algorithm) throws IOException {
        Digest named = Digest.of(algorithm, content);
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        UploadService second = newRegistry(metadata()).uploads;
        assertThat(second.append(APP, key, chunkAt(HALF, secondHalf))).isEqualTo(SIZE);
        newRegistry(metadata()).uploads.finish(APP, key, Chunk.EMPTY, named);
        requireBlob(named, content);
    }

    @ParameterizedTest(name = "changing process: {0}")
    @ValueSource(booleans = {true, false})
    void whichever_process_is_told_the_end_reads_nothing_again(boolean changesProcess) throws IOException {
        UploadService first = unreading(changesProcess);
        BlobKey key = first.begin(APP).key();
        first.append(APP, key, chunk(firstHalf));
        first.append(APP, key, chunk(secondHalf));
        unreading(changesProcess).finish(APP, key, Chunk.EMPTY, digest);
        requireBlob(digest, content);
    }

    @Test
    void a_digest_of_the_record_is_of_all_that_is_written_or_none() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        Digest half = Digest.of(Digest.SHA256, firstHalf);
        assertThat(metadata().get(Upload.TABLE, Upload.key(key)).orElseThrow().digest())
                .contains(half);

        // Without the hash of what is there.
        UploadService second = newRegistry(metadata()).uploads;
        second.append(APP, key, chunk(secondHalf));

        assertThat(metadata().get(Upload.TABLE, Upload.key(key)).orElseThrow().digest())
                .isEmpty();
        newRegistry(metadata()).uploads.finish(APP, key, Chunk.EMPTY, digest);
        requireBlob(digest, content);
    }

    @Test
    void the_digest_of_a_record_is_not_that_of_a_last_chunk_too() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        UploadService second = newRegistry(metadata()).uploads;
        Digest half = Digest.of(Digest.SHA256, firstHalf);
        assertThatThrownBy(() -> second.finish(APP, key, chunk(secondHalf), half))
                .isInstanceOf(DigestInvalid.class);
        requireGone(key);
    }

    @Test
    void after_a_restart_bytes_are_read_again_that_the_machine_may_have_lost() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(content));
        UploadService restarted = newRegistry(metadata()).uploads;
        restarted.recover();
        assertThat(metadata().get(Upload.TABLE, Upload.key(key)).orElseThrow().digest())
                .isEmpty();
        restarted.finish(APP, key, Chunk.EMPTY, digest);
        requireBlob(digest, content);
    }

    @Test
    void a_process_that_another_overtook_is_told_where_to_go_on() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        newRegistry(metadata()).uploads.append(APP, key, chunkAt(HALF, secondHalf));
        assertThatExceptionOfType(UploadOutOfOrder.class)
                .isThrownBy(() -> uploads().append(APP, key, chunkAt(HALF, secondHalf)))
                .satisfies(e -> assertThat(e.storedBytes()).isEqualTo(SIZE));
        uploads().finish(APP, key, Chunk.EMPTY, digest);
        requireBlob(digest, content);
    }

    @Test
    void an_upload_belongs_to_its_repository() throws IOException {
        BlobKey key = begin();
        RepositoryName other = new RepositoryName("team/other");
        assertThatThrownBy(() -> uploads().append(other, key, chunk(content))).isInstanceOf(UploadUnknown.class);
        assertThatThrownBy(() -> uploads().cancel(other, key)).isInstanceOf(UploadUnknown.class);
        uploads().finish(APP, key, chunk(content), digest);
        requireBlob(digest, content);
    }

    @Test
    void the_same_content_is_kept_once() throws IOException {
        BlobKey first = begin();
        BlobKey second = begin();
        RepositoryName other = new RepositoryName("team/other");
        BlobKey third = uploads().begin(other).key();
        uploads().finish(APP, first, chunk(content), digest);
        uploads().finish(APP, second, chunk(content), digest);
        uploads().finish(other, third, chunk(content), digest);
        requireBlob(digest, content);
        assertThat(registry().blobs.get(registry().pull(other), digest).key()).contains(first);
        requireGone(second);
        requireGone(third);
    }

    @Test
    void of_functions_each_goes_on_with_the_hash_of_the_one_before() throws IOException {
        BlobKey key = function().begin(APP).key();
        function().append(APP, key, chunk(firstHalf));
        function().append(APP, key, chunk(secondHalf));
        function().finish(APP, key, Chunk.EMPTY, digest);
        requireBlob(digest, content);
    }

    @Test
    void a_function_finds_a_wrong_digest_in_what_others_wrote() throws IOException {
        BlobKey key = function().begin(APP).key();
        function().append(APP, key, chunk(firstHalf));
        assertThatThrownBy(() -> function().finish(APP, key, chunk(firstHalf), digest))
                .isInstanceOf(DigestInvalid.class);
        requireGone(key);
    }

    @Test
    void a_server_finishes_what_a_function_began_and_a_function_what_a_server_did() throws IOException {
        BlobKey key = function().begin(APP).key();
        function().append(APP, key, chunk(firstHalf));
        uploads().append(APP, key, chunk(secondHalf));
        newRegistry(metadata()).uploads.finish(APP, key, Chunk.EMPTY, digest);
        requireBlob(digest, content);

        BlobKey other = uploads().begin(APP).key();
        uploads().append(APP, other, chunk(secondHalf));
        new Registry(metadata(), blobs(), clock, true)
                .uploads.finish(APP, other, chunk(firstHalf), Digest.of(Digest.SHA256, swapped()));
        requireBlob(Digest.of(Digest.SHA256, swapped()), swapped());
    }

    private byte[] swapped() {
        byte[] swapped = Arrays.copyOf(secondHalf, content.length);
        System.arraycopy(firstHalf, 0, swapped, secondHalf.length, firstHalf.length);
        return swapped;
    }

    private UploadService function() {
        return unreading(true);
    }

    /** A new process that handles one request of an upload, and cannot read what was uploaded. */
    private UploadService unreading(boolean changesProcess) {
        BlobStore unreadable = (BlobStore) Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(), new Class<?>[] {BlobStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        throw new AssertionError("the bytes are read again");
                    }
                    return method.invoke(blobs(), arguments);
                });
        return new Registry(metadata(), unreadable, clock, changesProcess).uploads;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_last_chunk_whose_process_died_may_be_sent_again(boolean inChunks) throws IOException {
        BlobKey key = begin();
        if (inChunks) {
            uploads().append(APP, key, chunk(firstHalf));
        }
        byte[] last = inChunks ? secondHalf : content;
        UploadService dying = newRegistry(watched().dieBeforeWrite(1)).uploads;
        assertThatThrownBy(() -> dying.finish(APP, key, chunk(last), digest)).isInstanceOf(ProcessDied.class);
        newRegistry(metadata()).uploads.finish(APP, key, chunk(last), digest);
        requireBlob(digest, content);
    }

    @Test
    void a_cancelled_upload_leaves_nothing() throws IOException {
        BlobKey key = begin();
        uploads().append(APP, key, chunk(firstHalf));
        uploads().cancel(APP, key);
        requireGone(key);
    }

    private void requireGone(BlobKey key) throws IOException {
        assertThat(metadata().get(Upload.TABLE, Upload.key(key))).isEqualTo(Optional.empty());
        assertThat(blobs().sizeBytes(key)).isEmpty();
        assertThatThrownBy(() -> uploads().append(APP, key, chunk(secondHalf))).isInstanceOf(UploadUnknown.class);
        assertThat(blobs().sizeBytes(key)).isEmpty();
    }

    private void requireBlob(Digest named, byte[] bytes) throws IOException {
        var blob = registry().blobs.get(registry().pull(APP), named);
        assertThat(blob.sizeBytes()).isEqualTo(bytes.length);
        assertThat(blobs().sizeBytes(blob.key().orElseThrow())).hasValue(bytes.length);
        try (InputStream stored = registry().blobs.read(blob.key().orElseThrow(), 0, bytes.length)) {
            assertThat(stored.readAllBytes()).isEqualTo(bytes);
        }
    }
}
