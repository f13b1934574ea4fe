package dev.lading.embedded;

import static dev.lading.testing.Registry.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobStore;
import dev.lading.cleanup.CleanupContract;
import dev.lading.cleanup.CleanupUnderLoadContract;
import dev.lading.content.BatchContract;
import dev.lading.content.BlobContract;
import dev.lading.content.LookUpContract;
import dev.lading.content.ManifestContract;
import dev.lading.content.RepairContract;
import dev.lading.curation.ArrivalContract;
import dev.lading.curation.CurationContract;
import dev.lading.curation.LargeRewriteContract;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.DistributionContract;
import dev.lading.repository.LargeVersionContract;
import dev.lading.repository.VersionContract;
import dev.lading.repository.VersionCostContract;
import dev.lading.repository.VersionHistoryContract;
import dev.lading.task.TaskContract;
import dev.lading.testing.Registry;
import dev.lading.testing.TestClock;
import dev.lading.upload.SweepContract;
import dev.lading.upload.UploadContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services over SQLite and files. */
class EmbeddedServicesTest {
    private static final RepositoryName APP = new RepositoryName("team/app");

    @TempDir
    private Path folder;

    /** Keys are random, so that tests can share it. */
    @TempDir
    private static Path blobFolder;

    private static FileBlobStore blobs;

    private SqliteMetadataStore metadata;

    @BeforeAll
    static void openBlobs() throws IOException {
        blobs = new FileBlobStore(blobFolder, new DiskSpace(blobFolder));
    }

    @BeforeEach
    void open() throws IOException, SQLException {
        metadata = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
    }

    @AfterEach
    void close() throws IOException, SQLException {
        metadata.close();
    }

    @Test
    void a_server_starts_although_the_bytes_of_an_upload_are_gone() throws IOException {
        Registry before = new Registry(metadata, blobs, new TestClock());
        BlobKey key = before.uploads.begin(APP).key();
        before.uploads.append(APP, key, chunk(new byte[1000]));
        Files.delete(file(key));
        Registry restarted = new Registry(metadata, blobs, new TestClock());
        restarted.uploads.recover();
        assertThatThrownBy(() -> restarted.uploads.sizeBytes(APP, key)).isInstanceOf(UploadUnknown.class);
    }

    @Test
    void bytes_that_were_not_answered_for_are_dropped_at_the_start() throws IOException {
        Registry before = new Registry(metadata, blobs, new TestClock());
        BlobKey key = before.uploads.begin(APP).key();
        before.uploads.append(APP, key, chunk(new byte[1000]));
        Files.write(file(key), new byte[5000]);
        new Registry(metadata, blobs, new TestClock()).uploads.recover();
        assertThat(file(key)).hasSize(1000);
    }

    private static Path file(BlobKey key) {
        return blobFolder.resolve(key.value().substring(0, 2)).resolve(key.value());
    }

    @Nested
    class Distributions extends DistributionContract {
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
    class Versions extends VersionContract {
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
    class LargeVersions extends LargeVersionContract {
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
    class VersionHistory extends VersionHistoryContract {
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
    class Arrivals extends ArrivalContract {
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
    class Curation extends CurationContract {
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
    class Cleanup extends CleanupContract {
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
    class CleanupUnderLoad extends CleanupUnderLoadContract {
        @Override
        protected int rounds() {
            return 30;
        }

        @Override
        protected int actions() {
            return 12;
        }

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
    class VersionCosts extends VersionCostContract {
        @Override
        protected int tags() {
            return 10_000;
        }

        @Override
        protected int versions() {
            return 500;
        }

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
    class LargeRewrites extends LargeRewriteContract {
        @Override
        protected int tags() {
            return 10_000;
        }

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
    class Repairs extends RepairContract {
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
    class Manifests extends ManifestContract {
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
    class Blobs extends BlobContract {
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
    class LookUps extends LookUpContract {
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
    class Batches extends BatchContract {
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
    class Uploads extends UploadContract {
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
    class Sweeps extends SweepContract {
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
    class Tasks extends TaskContract {
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
