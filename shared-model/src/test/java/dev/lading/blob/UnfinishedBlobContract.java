package dev.lading.blob;

import static dev.lading.testing.Bytes.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link BlobStore} for blobs that are still being written. */
public abstract class UnfinishedBlobContract {
    private static final int MIB = 1024 * 1024;
    private static final byte[] CONTENT = random(40 * MIB);

    private final BlobKey key = BlobKey.random();

    protected abstract BlobStore store();

    @Test
    void a_writer_closed_without_flush_leaves_nothing() throws IOException {
        try (BlobWriter writer = store().write(key, Written.NOTHING)) {
            writer.write(CONTENT, 0, 1000);
        }
        assertThat(store().sizeBytes(key)).isEmpty();
    }

    @Test
    void a_large_writer_closed_without_flush_leaves_nothing() throws IOException {
        try (BlobWriter writer = store().write(key, Written.NOTHING)) {
            write(writer, 0, 20 * MIB);
        }
        assertThat(store().sizeBytes(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 999, 5 * MIB, 16 * MIB, 17 * MIB + 1})
    void another_writer_goes_on_where_a_flush_ended(int flushed) throws IOException {
        Written written = append(Written.NOTHING, flushed);
        assertThat(written.sizeBytes()).isEqualTo(flushed);
        commit(written, flushed + 1001);
    }

    @ParameterizedTest
    @ValueSource(ints = {700, MIB + 13, 4 * MIB, 6 * MIB - 1})
    void many_flushes_make_one_blob(int chunk) throws IOException {
        Written written = Written.NOTHING;
        for (int i = 1; i <= 6; i++) {
            written = append(written, i * chunk);
        }
        commit(written, 6 * chunk);
    }

    @Test
    void one_writer_may_flush_and_go_on() throws IOException {
        try (BlobWriter writer = store().write(key, Written.NOTHING)) {
            write(writer, 0, 1000);
            assertThat(writer.flush().sizeBytes()).isEqualTo(1000);
            write(writer, 1000, 6 * MIB);
            assertThat(writer.flush().sizeBytes()).isEqualTo(6 * MIB);
            write(writer, 6 * MIB, 6 * MIB + 5);
            writer.commit();
        }
        assertContent(6 * MIB + 5);
    }

    @Test
    void a_flush_of_nothing_can_be_gone_on_from() throws IOException {
        commit(append(Written.NOTHING, 0), 1000);
    }

    @Test
    void a_commit_may_add_nothing_to_what_was_flushed() throws IOException {
        commit(append(Written.NOTHING, 1000), 1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 18 * MIB})
    void bytes_behind_the_last_flush_are_forgotten_when_a_writer_is_closed(int behind) throws IOException {
        Written written = append(Written.NOTHING, 1000);
        byte[] other = random(behind);
        try (BlobWriter writer = store().write(key, written)) {
            writer.write(other, 0, behind);
        }
        commit(written, 2000);
    }

    /** A flush whose result is lost: the process died before its caller could record it. */
    @ParameterizedTest
    @ValueSource(ints = {1000, 6 * MIB, 18 * MIB})
    void a_flush_that_nobody_noted_is_forgotten(int behind) throws IOException {
        Written written = append(Written.NOTHING, 1000);
        flushOther(written, behind);
        commit(written, 1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 6 * MIB, 17 * MIB})
    void a_flush_that_nobody_noted_behind_a_part_is_forgotten(int behind) throws IOException {
        Written written = append(Written.NOTHING, 17 * MIB);
        flushOther(written, behind);
        commit(written, 17 * MIB + 500);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 6 * MIB})
    void a_commit_may_add_nothing_to_what_was_flushed_behind_a_part(int unnoted) throws IOException {
        Written written = append(append(Written.NOTHING, 17 * MIB), 17 * MIB + 500);
        flushOther(written, unnoted);
        commit(written, 17 * MIB + 500);
    }

    /** The process died before its caller could record it; the client sends its last chunk again. */
    @ParameterizedTest
    @CsvSource({"0, 1000", "1000, 1000", "1000, 2000", "0, 17", "6, 6", "6, 23", "17, 17"})
    void a_commit_that_nobody_noted_can_be_done_again(int flushed, int upTo) throws IOException {
        Written written = append(Written.NOTHING, bytes(flushed));
        if (flushed == 17) {
            written = append(written, bytes(flushed) + 500);
        }
        int end = Math.max(bytes(upTo), (int) written.sizeBytes());
        commit(written, end);
        commit(written, end);
    }

    /** Small figures of a test are MiB. */
    private static int bytes(int figure) {
        return figure < 100 ? figure * MIB : figure;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 6 * MIB, 17 * MIB + 3})
    void what_was_written_of_an_unfinished_blob_can_be_deleted(int flushed) throws IOException {
        Written written = append(Written.NOTHING, flushed);
        store().delete(key, written);
        assertThat(store().sizeBytes(key)).isEmpty();
        store().delete(key, written);
    }

    private Written append(Written written, int upTo) throws IOException {
        try (BlobWriter writer = store().write(key, written)) {
            write(writer, (int) written.sizeBytes(), upTo);
            return writer.flush();
        }
    }

    private void flushOther(Written written, int behind) throws IOException {
        byte[] other = random(behind);
        try (BlobWriter writer = store().write(key, written)) {
            for (int at = 0; at < behind; at += MIB) {
                writer.write(other, at, Math.min(MIB, behind - at));
            }
            writer.flush();
        }
    }

    private void commit(Written written, int upTo) throws IOException {
        try (BlobWriter writer = store().write(key, written)) {
            write(writer, (int) written.sizeBytes(), upTo);
            writer.commit();
        }
        assertContent(upTo);
    }

    private void write(BlobWriter writer, int from, int to) throws IOException {
        for (int at = from; at < to; at += MIB) {
            writer.write(CONTENT, at, Math.min(MIB, to - at));
        }
    }

    private void assertContent(int size) throws IOException {
        assertThat(store().sizeBytes(key)).hasValue(size);
        try (InputStream bytes = store().read(key, 0, size)) {
            assertThat(bytes.readAllBytes()).isEqualTo(Arrays.copyOf(CONTENT, size));
        }
    }
}
