package dev.lading.content;

import dev.lading.cleanup.CleanupUnderLoadContract;
import dev.lading.curation.LargeRewriteContract;
import dev.lading.imports.ImportContract;
import dev.lading.imports.ReceiptContract;
import dev.lading.imports.VolumeContract;
import dev.lading.repository.ImportedHistoryContract;
import dev.lading.repository.LargeVersionContract;
import dev.lading.repository.VersionCostContract;
import dev.lading.testing.AwsStores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** The services over DynamoDB and S3, with many records: a class of its own takes a process of its own. */
@ExtendWith(AwsStores.class)
class AwsLargeTest {
    @Nested
    class Imports extends ImportContract {
        @Override
        protected int flips() {
            return 50;
        }
    }

    @Nested
    class Receipts extends ReceiptContract {}

    @Nested
    class Volumes extends VolumeContract {}

    @Nested
    class ImportedHistories extends ImportedHistoryContract {}

    @Nested
    class LargeVersions extends LargeVersionContract {}

    @Nested
    class CleanupUnderLoad extends CleanupUnderLoadContract {}

    @Nested
    class VersionCosts extends VersionCostContract {}

    @Nested
    class LargeRewrites extends LargeRewriteContract {}
}
