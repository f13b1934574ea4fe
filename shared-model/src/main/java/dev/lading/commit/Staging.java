package dev.lading.commit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.blob.BlobRecord;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
        return blob(bytes, Optional.empty(), now);
    }

    /** @param origin where the bytes can be had again, so that they may be given up */
    public List<Write> blob(BlobRecord bytes, Optional<BlobOrigin> origin, Instant now) {
        BlobEntry row = BlobEntry.of(id, bytes, VERSION);
        return List.of(row.with(row.key(), origin).put(), RepositoryContent.put(BlobEntry.unit(bytes), id, now));
    }

    /** Writes that stage a blob as one that is only listed. */
    public List<Write> listed(ContentUnit unit, long sizeBytes, BlobOrigin origin, Instant now) {
        BlobEntry row = BlobEntry.listed(id, unit, VERSION, sizeBytes, origin);
        return List.of(row.put(), RepositoryContent.put(unit, id, now));
    }

    /**
     * Releases the area: the first cleanup that protects nothing as old as {@code now} deletes its content. Nothing may
     * be staged here afterwards.
     */
    public Write letGo(Instant now) {
        return Write.put(Repository.Gone.TABLE, new Repository.Gone(id, now));
    }
}
