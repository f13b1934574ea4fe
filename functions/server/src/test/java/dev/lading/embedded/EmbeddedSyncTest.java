package dev.lading.embedded;

import dev.lading.sync.AtOnceContract;
import dev.lading.sync.CancelContract;
import dev.lading.sync.DoubtContract;
import dev.lading.sync.EvictionContract;
import dev.lading.sync.FailureContract;
import dev.lading.sync.MirrorTableContract;
import dev.lading.sync.OnDemandContract;
import dev.lading.sync.QueuedPullContract;
import dev.lading.sync.ReclaimContract;
import dev.lading.sync.SelectionContract;
import dev.lading.sync.SyncContract;
import dev.lading.sync.ThroughContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** Syncs over SQLite and files. */
@ExtendWith(EmbeddedStores.class)
class EmbeddedSyncTest {
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
    class Failing extends FailureContract {}

    @Nested
    class Canceling extends CancelContract {}

    @Nested
    class AtOnce extends AtOnceContract {}

    @Nested
    class Doubting extends DoubtContract {}

    @Nested
    class Misbehaving extends MirrorTableContract {}
}
