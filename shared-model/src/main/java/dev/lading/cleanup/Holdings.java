package dev.lading.cleanup;

import dev.lading.blob.BlobRecord;
import dev.lading.history.SortKeys;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.OriginUse;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.oci.Digest;
import dev.lading.remote.RemoteId;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows that hold bytes, told from those that only list a blob: both have a {@link RepositoryContent} record. */
final class Holdings {
    private static final int PAGE = 100;

    private final MetadataStore store;

    Holdings(MetadataStore store) {
        this.store = store;
    }

    /** Rows of blobs that hold the bytes, in any repository or staging area. */
    Stream<BlobEntry> rows(BlobRecord bytes) {
        return store.stream(
                        RepositoryContent.TABLE,
                        RepositoryContent.named(ContentKind.BLOB, bytes.digest().toString(), PAGE))
                .map(RepositoryContent::repository)
                .flatMap(repository -> store.stream(
                        BlobEntry.TABLE,
                        Content.history(repository, bytes.digest().toString(), PAGE)))
                .filter(row -> row.present() && row.key().equals(Optional.of(bytes.key())));
    }

    /** Whether anything holds the bytes beside some rows. */
    boolean isHeldBeside(BlobRecord bytes, Collection<BlobEntry> some) {
        return isManifest(bytes) || rows(bytes).anyMatch(row -> !some.contains(row));
    }

    /** Whether a manifest may have its body in them. */
    private boolean isManifest(BlobRecord bytes) {
        return store.stream(
                        RepositoryContent.TABLE,
                        RepositoryContent.named(
                                ContentKind.MANIFEST, bytes.digest().toString(), PAGE))
                .findAny()
                .isPresent();
    }

    /** Repositories that may list blobs without holding them. */
    Set<RepositoryId> listing(Stream<RemoteId> remotes) {
        return remotes.flatMap(remote -> store.stream(OriginUse.TABLE, OriginUse.of(remote, PAGE)))
                .map(OriginUse::repository)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Blobs of which a version's row holds bytes that are to be had elsewhere, each once. */
    Stream<Digest> candidates(RepositoryId repository) {
        Query all = Query.ascending(repository.toString(), SortKeys.FIRST, SortKeys.LAST, PAGE);
        String[] last = {""};
        return store.stream(BlobEntry.TABLE, all)
                .filter(row ->
                        row.present() && row.isHeld() && row.origin().isPresent() && row.version() != Content.PENDING)
                .filter(row -> {
                    boolean first = !row.name().equals(last[0]);
                    last[0] = row.name();
                    return first;
                })
                .map(BlobEntry::digest);
    }
}
