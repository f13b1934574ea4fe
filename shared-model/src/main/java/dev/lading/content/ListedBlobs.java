package dev.lading.content;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.history.SortKeys;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.OriginUse;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.remote.RemoteId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives listed blobs their bytes. That the registry has bytes of a digest is not enough: anybody may list any digest. A
 * row gets those that its own repository holds, or that came from where it says they are to be had.
 */
public final class ListedBlobs {
    /** Limit on the rows of a blob that are filled at once; older ones are when they are asked for. */
    private static final int ROWS = 20;

    /** Limit on the repositories that are looked at. */
    private static final int HOLDERS = 50;

    private static final int PAGE = 500;

    private final MetadataStore store;

    public ListedBlobs(MetadataStore store) {
        this.store = store;
    }

    /** Writes that fill the rows which list a blob in a repository; none: it lists it no more, or holds it. */
    public List<Write> filling(RepositoryId repository, BlobRecord bytes) {
        return rows(repository, bytes.digest())
                .filter(row -> !row.isHeld())
                .map(row -> fill(row, bytes))
                .toList();
    }

    private static Write fill(BlobEntry row, BlobRecord bytes) {
        return Write.put(BlobEntry.TABLE, row.filled(bytes), Condition.present());
    }

    /** Fills a row with bytes that are here and that it may have; empty: they must be fetched. */
    public Optional<BlobKey> link(BlobEntry listed) {
        return held(listed)
                .flatMap(held -> store.get(BlobRecord.TABLE, BlobRecord.key(listed.digest()))
                        .filter(bytes -> {
                            List<Write> writes = new ArrayList<>(filling(listed.repository(), bytes));
                            if (writes.isEmpty()) {
                                writes.add(fill(listed, bytes));
                            }
                            writes.add(bytes.use());
                            return store.write(writes);
                        })
                        .map(BlobRecord::key));
    }

    /** A row that holds the bytes, of the same repository or with the same origin. */
    private Optional<BlobEntry> held(BlobEntry listed) {
        Stream<BlobEntry> others = store
                .query(RepositoryContent.TABLE, RepositoryContent.named(ContentKind.BLOB, listed.name(), HOLDERS))
                .records()
                .stream()
                .map(RepositoryContent::repository)
                .filter(repository -> !repository.equals(listed.repository()))
                .flatMap(repository -> rows(repository, listed.digest()))
                .filter(row -> row.origin().isPresent() && row.origin().equals(listed.origin()));
        return Stream.concat(rows(listed.repository(), listed.digest()), others)
                .filter(BlobEntry::isHeld)
                .findFirst();
    }

    /** A repository that lists, in any version, a blob which only a remote leads to. */
    public Optional<RepositoryId> needing(RemoteId remote) {
        return store.stream(OriginUse.TABLE, OriginUse.of(remote, PAGE))
                .map(OriginUse::repository)
                .filter(repository -> needs(repository, remote))
                .findFirst();
    }

    private boolean needs(RepositoryId repository, RemoteId remote) {
        Query all = Query.ascending(repository.toString(), SortKeys.FIRST, SortKeys.LAST, PAGE);
        return store.stream(BlobEntry.TABLE, all)
                .anyMatch(row -> row.present()
                        && !row.isHeld()
                        && row.origin()
                                .filter(origin -> origin.remote().equals(remote))
                                .isPresent());
    }

    private Stream<BlobEntry> rows(RepositoryId repository, Digest digest) {
        return store.query(BlobEntry.TABLE, Content.history(repository, digest.toString(), ROWS)).records().stream()
                .filter(Content::present);
    }
}
