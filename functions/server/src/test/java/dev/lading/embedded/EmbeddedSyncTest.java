package dev.lading.embedded;

import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.sync.FailureContract;
import dev.lading.sync.SelectionContract;
import dev.lading.sync.SyncContract;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Syncs over SQLite and files. */
class EmbeddedSyncTest {
    @TempDir
    private Path folder;

    private SqliteMetadataStore metadata;
    private FileBlobStore blobs;

    @BeforeEach
    void open() throws IOException, SQLException {
        metadata = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        blobs = new FileBlobStore(folder.resolve("blobs"), new DiskSpace(folder));
    }

    @AfterEach
    void close() throws IOException, SQLException {
        metadata.close();
    }

    @Nested
    class Taking extends SyncContract {
        @Override
        protected MetadataStore metadata() {
            return metadata;
        }

        @Override
        protected BlobStore blobs() {
            return blobs;
        }
    }

    @Nested
    class Selecting extends SelectionContract {
        @Override
        protected MetadataStore metadata() {
            return metadata;
        }

        @Override
        protected BlobStore blobs() {
            return blobs;
        }
    }

    @Nested
    class Failing extends FailureContract {
        @Override
        protected MetadataStore metadata() {
            return metadata;
        }

        @Override
        protected BlobStore blobs() {
            return blobs;
        }
    }
}
