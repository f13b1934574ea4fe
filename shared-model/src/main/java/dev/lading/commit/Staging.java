package dev.lading.commit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.blob.BlobRecord;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import java.time.Instant;
import java.util.List;

/**
 * A staging area, whose content waits to be committed to a repository as one version. It has an id as repositories do,
 * so its rows keep bytes as theirs do, but no repository has that id: its content cannot be pulled and is in no
 * version.
 */
public record Staging(@JsonValue RepositoryId id) {
    private static final long VERSION = 0;

    @JsonCreator
    public Staging {}

    public static Staging begin(Instant now) {
        return new Staging(RepositoryId.next(now));
    }

    public RepositoryView view(MetadataStore store) {
        return RepositoryView.at(store, id, VERSION);
    }

    /** Writes that stage a blob. Its bytes must still be there, see {@link BlobRecord#use}. */
    public List<Write> blob(BlobRecord bytes, Instant now) {
        return List.of(BlobEntry.of(id, bytes, VERSION).put(), RepositoryContent.put(BlobEntry.unit(bytes), id, now));
    }

    /**
     * Releases the area: the first cleanup that protects nothing as old as {@code now} deletes its content. Nothing may
     * be staged here afterwards.
     */
    public Write letGo(Instant now) {
        return Write.put(Repository.Gone.TABLE, new Repository.Gone(id, now));
    }
}
