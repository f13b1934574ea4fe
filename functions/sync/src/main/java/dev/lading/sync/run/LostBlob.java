package dev.lading.sync.run;

import dev.lading.commit.Staging;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.task.TaskId;

/**
 * A blob that the upstream refuses and that no image was known to need. Manifests that refer to it are left out.
 *
 * @param task of the run that wanted it
 * @param why in the words of a message
 */
public record LostBlob(Staging staging, Digest digest, TaskId task, String why) {
    public static final Table<LostBlob> TABLE = new Table<>(
            "lost-blob",
            LostBlob.class,
            b -> new Key(b.staging().id().toString(), b.digest().toString()));

    public static Query all(Staging staging, int limit) {
        return Query.ascending(staging.id().toString(), " ", "~", limit);
    }
}
