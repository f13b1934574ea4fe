package dev.lading.content;

import dev.lading.blob.BlobStore;
import dev.lading.cleanup.CleanupContract;
import dev.lading.cleanup.CleanupUnderLoadContract;
import dev.lading.curation.ArrivalContract;
import dev.lading.curation.CurationContract;
import dev.lading.curation.LargeRewriteContract;
import dev.lading.metadata.MetadataStore;
import dev.lading.repository.DistributionContract;
import dev.lading.repository.LargeVersionContract;
import dev.lading.repository.VersionContract;
import dev.lading.repository.VersionCostContract;
import dev.lading.repository.VersionHistoryContract;
import dev.lading.task.TaskContract;
import dev.lading.testing.SharedAws;
import dev.lading.upload.SweepContract;
import dev.lading.upload.UploadContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The services over DynamoDB and S3. */
class AwsServicesTest {
    private final MetadataStore metadata = SharedAws.newMetadataStore();
    private final String bucket = SharedAws.newBucket();

    @TempDir
    private Path spool;

    private BlobStore blobs() {
        return SharedAws.blobStore(bucket, spool);
    }

    @Nested
    class Distributions extends DistributionContract {
        @Override
        protected MetadataStore metadata() {
            return metadata;
        }

        @Override
        protected BlobStore blobs() {
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
        }
    }

    @Nested
    class CleanupUnderLoad extends CleanupUnderLoadContract {
        @Override
        protected MetadataStore metadata() {
            return metadata;
        }

        @Override
        protected BlobStore blobs() {
            return AwsServicesTest.this.blobs();
        }
    }

    @Nested
    class VersionCosts extends VersionCostContract {
        @Override
        protected MetadataStore metadata() {
            return metadata;
        }

        @Override
        protected BlobStore blobs() {
            return AwsServicesTest.this.blobs();
        }
    }

    @Nested
    class LargeRewrites extends LargeRewriteContract {
        @Override
        protected MetadataStore metadata() {
            return metadata;
        }

        @Override
        protected BlobStore blobs() {
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
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
            return AwsServicesTest.this.blobs();
        }
    }
}
