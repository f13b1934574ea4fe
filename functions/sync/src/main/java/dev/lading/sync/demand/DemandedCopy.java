package dev.lading.sync.demand;

import dev.lading.history.row.BlobEntry;
import dev.lading.metadata.RecordJson;
import dev.lading.oci.RepositoryName;
import dev.lading.work.Work;
import java.util.UUID;

/**
 * A message to fetch a blob that clients wait for.
 *
 * @param name at which it is pulled, for messages
 * @param claim without which it is not fetched
 */
record DemandedCopy(RepositoryName name, BlobEntry blob, UUID claim) {
    /** Each is of a group of its own: which blob comes first does not matter. */
    Work work() {
        return new Work(DemandedCopies.GROUP + claim, RecordJson.write(this));
    }

    static DemandedCopy read(Work work) {
        return RecordJson.read(DemandedCopy.class, work.body());
    }
}
