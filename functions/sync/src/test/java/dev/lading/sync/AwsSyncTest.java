package dev.lading.sync;

import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.testing.SharedAws;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Syncs over DynamoDB and S3. */
class AwsSyncTest {
    private final MetadataStore metadata = SharedAws.newMetadataStore();
    private final String bucket = SharedAws.newBucket();

    @TempDir
    private Path spool;

    @Nested
    class Taking extends SyncContract {
        @Override
        protected MetadataStore metadata() {
            return metadata;
        }

        @Override
        protected BlobStore blobs() {
            return SharedAws.blobStore(bucket, spool);
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
            return SharedAws.blobStore(bucket, spool);
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
            return SharedAws.blobStore(bucket, spool);
        }
    }
}
