package dev.lading.export;

import dev.lading.bundle.store.BundleStore.Begun;
import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.task.TaskId;

/**
 * A bundle of which a run has written a part. The next run goes on with it.
 *
 * @param task that writes it
 * @param path of the file
 * @param list digest of the list of its files: another list is of another bundle
 */
public record BegunBundle(TaskId task, String path, Digest list, Begun begun) {
    static final Table<BegunBundle> TABLE = new Table<>("begun-bundle", BegunBundle.class, each -> key(each.task()));

    static Key key(TaskId task) {
        return new Key(task.toString(), "begun");
    }
}
