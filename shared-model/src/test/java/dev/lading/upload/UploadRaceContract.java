package dev.lading.upload;

import static dev.lading.testing.Registry.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobKey;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.testing.Bytes;
import dev.lading.testing.EndingStream;
import dev.lading.testing.EndingStream.Ending;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes that write one upload, where processes share a store. */
public abstract class UploadRaceContract extends ServiceContract {
    private static final int HALF = 1000;
    private static final int MIB = 1024 * 1024;

    private UploadService process() {
        return newRegistry(metadata()).uploads;
    }

    @ParameterizedTest
    @CsvSource({"false, 1000", "true, 1000", "false, 17", "true, 17"})
    void whoever_ends_an_upload_late_changes_nothing_of_its_blob(boolean inChunks, int size) throws IOException {
        byte[] content = Bytes.random(size < HALF ? size * MIB : size);
        Digest digest = Digest.of(Digest.SHA256, content);
        BlobKey key = process().begin(APP).key();
        int first = inChunks ? HALF / 2 : 0;
        if (inChunks) {
            process().append(APP, key, chunk(Arrays.copyOf(content, first)));
        }
        byte[] rest = Arrays.copyOfRange(content, first, content.length);
        byte[] others = Bytes.random(rest.length);
        byte[] whole = Arrays.copyOf(content, content.length);
        System.arraycopy(others, 0, whole, first, others.length);
        Chunk late = slow(others, () -> process().finish(APP, key, chunk(rest), digest));
        assertThatThrownBy(() -> process().finish(APP, key, late, Digest.of(Digest.SHA256, whole)))
                .isInstanceOf(UploadUnknown.class);
        requireBlob(digest, content);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_late_chunk_changes_nothing_of_the_blob(boolean inChunks) throws IOException {
        byte[] content = Bytes.random(2 * HALF);
        Digest digest = Digest.of(Digest.SHA256, content);
        BlobKey key = process().begin(APP).key();
        if (inChunks) {
            process().append(APP, key, chunk(Arrays.copyOf(content, HALF)));
        }
        byte[] rest = inChunks ? Arrays.copyOfRange(content, HALF, 2 * HALF) : content;
        Chunk late = slow(Bytes.random(HALF), () -> process().finish(APP, key, chunk(rest), digest));
        assertThatThrownBy(() -> process().append(APP, key, late)).isInstanceOf(UploadUnknown.class);
        requireBlob(digest, content);
    }

    /** The client did not send the same bytes again: what was committed stays, and nobody has it. */
    @Test
    void another_last_chunk_after_a_process_died_ends_the_upload() throws IOException {
        byte[] content = Bytes.random(HALF);
        byte[] other = Bytes.random(HALF);
        Digest digest = Digest.of(Digest.SHA256, other);
        BlobKey key = process().begin(APP).key();
        UploadService dying = newRegistry(watched().dieBeforeWrite(1)).uploads;
        assertThatThrownBy(() -> dying.finish(APP, key, chunk(content), Digest.of(Digest.SHA256, content)))
                .isInstanceOf(ProcessDied.class);
        assertThatThrownBy(() -> process().finish(APP, key, chunk(other), digest))
                .isInstanceOf(DigestInvalid.class);
        assertThat(blobs().sizeBytes(key)).isEmpty();
        BlobKey again = process().begin(APP).key();
        process().finish(APP, again, chunk(other), digest);
        requireBlob(digest, other);
    }

    private static Chunk slow(byte[] bytes, Ending atEnd) {
        InputStream content = new EndingStream(bytes, atEnd);
        return new Chunk(OptionalLong.empty(), OptionalLong.empty(), content);
    }

    private void requireBlob(Digest digest, byte[] content) throws IOException {
        var blob = registry().blobs.get(registry().pull(APP), digest);
        try (InputStream stored = registry().blobs.read(blob.key().orElseThrow(), 0, content.length)) {
            assertThat(stored.readAllBytes()).isEqualTo(content);
        }
        assertThat(blobs().sizeBytes(blob.key().orElseThrow())).hasValue(content.length);
    }
}
