package dev.lading.content;

import dev.lading.account.AccountContract;
import dev.lading.account.UserContract;
import dev.lading.attestation.AttestationContract;
import dev.lading.attestation.BaseSbomContract;
import dev.lading.audit.AuditContract;
import dev.lading.cleanup.CleanupContract;
import dev.lading.curation.CurationContract;
import dev.lading.curation.IndexContract;
import dev.lading.curation.StagedContentContract;
import dev.lading.curation.StagingAreaContract;
import dev.lading.declared.DeclaredImagesContract;
import dev.lading.distribution.DistributionContract;
import dev.lading.export.ExportContract;
import dev.lading.export.ExporterContract;
import dev.lading.file.FileRepositoriesContract;
import dev.lading.grant.GrantContract;
import dev.lading.importer.ImporterContract;
import dev.lading.overview.OverviewContract;
import dev.lading.overview.TagOrderContract;
import dev.lading.repository.VersionContract;
import dev.lading.repository.VersionHistoryContract;
import dev.lading.signing.KeyRotationContract;
import dev.lading.signing.TrustedKeysContract;
import dev.lading.task.TaskContract;
import dev.lading.task.TaskTurnContract;
import dev.lading.testing.AwsStores;
import dev.lading.upload.OpenUploadsContract;
import dev.lading.upload.SweepContract;
import dev.lading.upload.UploadContract;
import dev.lading.upload.UploadRaceContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** The services over DynamoDB and S3. */
@ExtendWith(AwsStores.class)
class AwsServicesTest {
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
    class Indexes extends IndexContract {}

    @Nested
    class Cleanup extends CleanupContract {}

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
    class Newest extends NewestContract {}

    @Nested
    class Batches extends BatchContract {}

    @Nested
    class BatchEquality extends BatchEqualityContract {}

    @Nested
    class Uploads extends UploadContract {}

    @Nested
    class UploadsOfFunctions extends UploadRaceContract {}

    @Nested
    class Sweeps extends SweepContract {}

    @Nested
    class OpenUploads extends OpenUploadsContract {}

    @Nested
    class Tasks extends TaskContract {}

    @Nested
    class TasksInTurn extends TaskTurnContract {}
}
