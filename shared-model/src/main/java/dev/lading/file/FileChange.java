package dev.lading.file;

import dev.lading.commit.Staging;
import dev.lading.history.row.RepositoryId;
import java.util.List;

/**
 * What a version of a repository of files shall have, and shall have no more.
 *
 * @param staging where the bytes of what is added may wait
 * @param removed only where these bytes are at these paths; before anything is added
 * @param all removed instead
 */
public record FileChange(
        RepositoryId repository, Staging staging, List<StoredFile> added, List<StoredFile> removed, boolean all) {
    public FileChange {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }
}
