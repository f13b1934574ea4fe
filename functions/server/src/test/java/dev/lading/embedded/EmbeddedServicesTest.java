package dev.lading.embedded;

import static dev.lading.testing.Registry.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.account.AccountContract;
import dev.lading.account.UserContract;
import dev.lading.attestation.AttestationContract;
import dev.lading.attestation.BaseSbomContract;
import dev.lading.audit.AuditContract;
import dev.lading.blob.BlobKey;
import dev.lading.cleanup.CleanupContract;
import dev.lading.cleanup.CleanupUnderLoadContract;
import dev.lading.content.BatchContract;
import dev.lading.content.BatchEqualityContract;
import dev.lading.content.BlobContract;
import dev.lading.content.CacheIndexContract;
import dev.lading.content.LookUpContract;
import dev.lading.content.ManifestContract;
import dev.lading.content.NewestContract;
import dev.lading.content.RepairContract;
import dev.lading.curation.CurationContract;
import dev.lading.curation.IndexContract;
import dev.lading.curation.LargeRewriteContract;
import dev.lading.curation.StagedContentContract;
import dev.lading.curation.StagingAreaContract;
import dev.lading.declared.DeclaredImagesContract;
import dev.lading.distribution.DistributionContract;
import dev.lading.export.ExportContract;
import dev.lading.export.ExporterContract;
import dev.lading.file.FileRepositoriesContract;
import dev.lading.grant.GrantContract;
import dev.lading.importer.ImporterContract;
import dev.lading.imports.ImportContract;
import dev.lading.imports.ReceiptContract;
import dev.lading.imports.VolumeContract;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.overview.OverviewContract;
import dev.lading.overview.TagOrderContract;
import dev.lading.repository.ImportedHistoryContract;
import dev.lading.repository.LargeVersionContract;
import dev.lading.repository.VersionContract;
import dev.lading.repository.VersionCostContract;
import dev.lading.repository.VersionHistoryContract;
import dev.lading.signing.KeyRotationContract;
import dev.lading.signing.TrustedKeysContract;
import dev.lading.task.TaskContract;
import dev.lading.task.TaskTurnContract;
import dev.lading.testing.Length;
import dev.lading.testing.Registry;
import dev.lading.testing.Stores;
import dev.lading.testing.TestClock;
import dev.lading.upload.OpenUploadsContract;
import dev.lading.upload.SweepContract;
import dev.lading.upload.UploadContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The services over SQLite and files. */
@ExtendWith(EmbeddedStores.class)
class EmbeddedServicesTest {
    private static final RepositoryName APP = new RepositoryName("team/app");

    @TempDir
    private Path folder;

    @Test
    void a_server_starts_although_the_bytes_of_an_upload_are_gone(Stores stores) throws IOException {
        FileBlobStore blobs = blobs();
        Registry before = new Registry(stores.metadata(), blobs, new TestClock());
        BlobKey key = before.uploads.begin(APP).key();
        before.uploads.append(APP, key, chunk(new byte[1000]));
        Files.delete(file(key));
        Registry restarted = new Registry(stores.metadata(), blobs, new TestClock());
        restarted.uploads.recover();
        assertThatThrownBy(() -> restarted.uploads.sizeBytes(APP, key)).isInstanceOf(UploadUnknown.class);
    }

    @Test
    void bytes_that_were_not_answered_for_are_dropped_at_the_start(Stores stores) throws IOException {
        FileBlobStore blobs = blobs();
        Registry before = new Registry(stores.metadata(), blobs, new TestClock());
        BlobKey key = before.uploads.begin(APP).key();
        before.uploads.append(APP, key, chunk(new byte[1000]));
        Files.write(file(key), new byte[5000]);
        new Registry(stores.metadata(), blobs, new TestClock()).uploads.recover();
        assertThat(file(key)).hasSize(1000);
    }

    /** A blob store in a folder that the test can inspect. */
    private FileBlobStore blobs() throws IOException {
        return new FileBlobStore(folder, new DiskSpace(folder));
    }

    private Path file(BlobKey key) {
        return folder.resolve(key.value().substring(0, 2)).resolve(key.value());
    }

    @Nested
    class Exports extends ExportContract {}

    @Nested
    class Exporters extends ExporterContract {}

    @Nested
    class Importers extends ImporterContract {}

    @Nested
    class Trusted extends TrustedKeysContract {}

    @Nested
    class Distributions extends DistributionContract {}

    @Nested
    class Versions extends VersionContract {}

    @Nested
    class Imports extends ImportContract {}

    @Nested
    class Receipts extends ReceiptContract {}

    @Nested
    class Volumes extends VolumeContract {}

    @Nested
    class ImportedHistories extends ImportedHistoryContract {}

    @Nested
    class LargeVersions extends LargeVersionContract {}

    @Nested
    class Overviews extends OverviewContract {}

    @Nested
    class TagOrders extends TagOrderContract {}

    @Nested
    class VersionHistory extends VersionHistoryContract {}

    @Nested
    class Arrivals extends StagedContentContract {}

    @Nested
    class Making extends StagingAreaContract {}

    @Nested
    class Attesting extends AttestationContract {}

    @Nested
    class BringingSboms extends BaseSbomContract {}

    @Nested
    class Declared extends DeclaredImagesContract {}

    @Nested
    class FileRepositories extends FileRepositoriesContract {}

    @Nested
    class Curation extends CurationContract {}

    @Nested
    class Indexes extends IndexContract {
        @Override
        protected int rounds() {
            return 10;
        }
    }

    @Nested
    class Cleanup extends CleanupContract {}

    @Nested
    class CleanupUnderLoad extends CleanupUnderLoadContract {
        @Override
        protected int rounds() {
            return Length.of(4, 10);
        }

        @Override
        protected int actions() {
            return 12;
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
    }

    @Nested
    class LargeRewrites extends LargeRewriteContract {
        @Override
        protected int tags() {
            return Length.of(3_000, 10_000);
        }
    }

    @Nested
    class Repairs extends RepairContract {}

    @Nested
    class Manifests extends ManifestContract {}

    @Nested
    class CacheIndexes extends CacheIndexContract {}

    @Nested
    class Blobs extends BlobContract {}

    @Nested
    class Users extends UserContract {}

    @Nested
    class GroupsAndRobots extends AccountContract {}

    @Nested
    class Audit extends AuditContract {}

    @Nested
    class KeyRotations extends KeyRotationContract {}

    @Nested
    class Grants extends GrantContract {}

    @Nested
    class LookUps extends LookUpContract {}

    @Nested
    class Newest extends NewestContract {
        @Override
        protected int pairs() {
            return 1;
        }
    }

    @Nested
    class Batches extends BatchContract {}

    @Nested
    class BatchEquality extends BatchEqualityContract {
        @Override
        protected int rounds() {
            return 15;
        }
    }

    @Nested
    class Uploads extends UploadContract {}

    @Nested
    class Sweeps extends SweepContract {}

    @Nested
    class OpenUploads extends OpenUploadsContract {}

    @Nested
    class Tasks extends TaskContract {}

    @Nested
    class TasksInTurn extends TaskTurnContract {}
}
