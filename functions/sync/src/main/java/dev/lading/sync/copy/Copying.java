package dev.lading.sync.copy;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.RecordJson;
import dev.lading.oci.Digest;
import dev.lading.remote.RemoteId;
import dev.lading.task.TaskId;
import dev.lading.work.Work;

/**
 * A message to copy one blob.
 *
 * @param upstream the URL of the registry it is copied from, as when the message was first sent; empty in messages of
 *     earlier versions
 */
public record Copying(RepositoryId repository, TaskId task, Digest digest, String upstream) {
    public Copying {
        upstream = upstream == null ? "" : upstream;
    }

    /**
     * Queue entry in one of a remote's lanes. A lane is worked one message at a time, so the number of lanes is the
     * number of concurrent fetches.
     */
    public Work work(RemoteId remote, int lane) {
        return new Work("copy-" + remote + "-" + lane, RecordJson.write(this));
    }

    public static Copying read(Work work) {
        return RecordJson.read(Copying.class, work.body());
    }
}
