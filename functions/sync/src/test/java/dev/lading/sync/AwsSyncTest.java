package dev.lading.sync;

import dev.lading.testing.AwsStores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** Syncs over DynamoDB and S3. */
@ExtendWith(AwsStores.class)
class AwsSyncTest {
    @Nested
    class Taking extends SyncContract {}

    @Nested
    class OnDemand extends OnDemandContract {}

    @Nested
    class Queued extends QueuedPullContract {}

    @Nested
    class Through extends ThroughContract {}

    @Nested
    class Reclaiming extends ReclaimContract {}

    @Nested
    class Evicting extends EvictionContract {}

    @Nested
    class Selecting extends SelectionContract {}

    @Nested
    class Canceling extends CancelContract {}

    @Nested
    class Doubting extends DoubtContract {}
}
