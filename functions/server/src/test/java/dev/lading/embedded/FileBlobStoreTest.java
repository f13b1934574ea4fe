package dev.lading.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobStore;
import dev.lading.blob.BlobStoreContract;
import dev.lading.blob.BlobWriter;
import dev.lading.blob.Download;
import dev.lading.blob.UnfinishedBlobContract;
import dev.lading.blob.Written;
import dev.lading.testing.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest {
    private final BlobKey key = BlobKey.random();

    @TempDir
    private Path folder;

    private FileBlobStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FileBlobStore(folder.resolve("blobs"), new DiskSpace(folder));
    }

    @Nested
    class Whole extends BlobStoreContract {
        @Override
        protected BlobStore store() {
            return store;
        }
    }

    @Nested
    class Unfinished extends UnfinishedBlobContract {
        @Override
        protected BlobStore store() {
            return store;
        }
    }

    @Test
    void a_first_write_that_breaks_off_leaves_no_file() throws IOException {
        try (BlobWriter writer = store.write(key, Written.NOTHING)) {
            writer.write(new byte[1000], 0, 1000);
            assertThat(Folders.files(folder)).hasSize(1);
        }
        assertThat(Folders.files(folder)).isEmpty();
    }

    @Test
    void a_later_write_that_breaks_off_leaves_the_file_as_it_was() throws IOException {
        Written written;
        try (BlobWriter writer = store.write(key, Written.NOTHING)) {
            writer.write(new byte[1000], 0, 1000);
            written = writer.flush();
        }
        try (BlobWriter writer = store.write(key, written)) {
            writer.write(new byte[500], 0, 500);
        }
        assertThat(Folders.files(folder))
                .singleElement()
                .satisfies(file -> assertThat(file).hasSize(1000));
    }

    @Test
    void a_writer_that_is_given_nothing_makes_no_file() throws IOException {
        store.write(key, Written.NOTHING).close();
        assertThat(Folders.files(folder)).isEmpty();
    }

    @Test
    void a_blob_is_one_file_in_the_folder_of_its_first_digits() throws IOException {
        try (BlobWriter writer = store.write(key, Written.NOTHING)) {
            writer.commit();
        }
        Path expected =
                folder.resolve("blobs").resolve(key.value().substring(0, 2)).resolve(key.value());
        assertThat(Folders.files(folder)).containsExactly(expected);
        assertThat(store.download(key, Duration.ofMinutes(1))).isEqualTo(new Download.LocalFile(expected));
    }

    @Test
    void a_store_is_opened_again_with_what_is_in_it() throws IOException {
        try (BlobWriter writer = store.write(key, Written.NOTHING)) {
            writer.write(new byte[10], 0, 10);
            writer.commit();
        }
        open();
        assertThat(store.sizeBytes(key)).hasValue(10);
    }
}
