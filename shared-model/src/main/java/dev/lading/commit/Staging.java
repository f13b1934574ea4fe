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
 * Where content waits until a repository gets it as one version. It has an id as repositories do, so that its rows hold bytes
 * as theirs do, but there is no repository with that id: nobody can pull what is here, and nothing is in a version.
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

    /** Makes bytes wait here. They must be there still, see {@link BlobRecord#use}. */
    public List<Write> blob(BlobRecord bytes, Instant now) {
        return List.of(BlobEntry.of(id, bytes, VERSION).put(), RepositoryContent.put(BlobEntry.unit(bytes), id, now));
    }

    /** All here goes with the first cleanup that protects nothing so old as {@code now}. Nothing may be put here after it. */
    public Write letGo(Instant now) {
        return Write.put(Repository.Gone.TABLE, new Repository.Gone(id, now));
    }
}
