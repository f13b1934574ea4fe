package dev.lading.cleanup;

import dev.lading.blob.BlobRecord;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.remote.RemoteId;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Deletes bytes that no repository holds. The records of bytes and those of repositories' references are in one order,
 * so they are merged a page at a time. Where a repository may only list what it references, its rows are read.
 *
 * <p>A writer that makes a repository reference existing bytes checks their record in its transaction
 * ({@link BlobRecord#use}). So clean-up first claims the record, which fails such transactions; then looks for
 * references once more; then deletes the record, unless it was used in between. The bytes become a discarded upload in
 * that last transaction, which any sweep finishes.
 */
final class OrphanedBytes {
    private static final int PAGE = 200;

    private final MetadataStore store;
    private final UploadService uploads;
    private final Instant before;
    private final Holdings holdings;

    /** Repositories whose records may stand for blobs that they only list. */
    private final Set<RepositoryId> listing;

    /**
     * @param remotes that may lead to blobs which are only listed
     * @param before bytes stored later are kept
     */
    OrphanedBytes(MetadataStore store, UploadService uploads, Stream<RemoteId> remotes, Instant before) {
        this.store = store;
        this.uploads = uploads;
        this.before = before;
        this.holdings = new Holdings(store);
        this.listing = holdings.listing(remotes);
    }

    /** How many were deleted, of those in one partition. */
    long delete(HexPartition partition) throws IOException {
        long deleted = 0;
        Iterator<Page<BlobRecord>> pages =
                store.pages(BlobRecord.TABLE, partition.all(PAGE)).iterator();
        while (pages.hasNext()) {
            List<BlobRecord> page = pages.next().records();
            Set<String> held = held(page);
            for (BlobRecord bytes : page) {
                if (!held.contains(bytes.digest().toString())
                        && !bytes.created().isAfter(before)
                        && delete(bytes)) {
                    deleted++;
                }
            }
        }
        return deleted;
    }

    private Set<String> held(List<BlobRecord> page) {
        Set<String> held = new HashSet<>();
        Set<String> listed = new HashSet<>();
        if (!page.isEmpty()) {
            String first = page.getFirst().digest().toString();
            String last = page.getLast().digest().toString();
            for (ContentKind kind : List.of(ContentKind.BLOB, ContentKind.MANIFEST)) {
                store.stream(RepositoryContent.TABLE, RepositoryContent.between(kind, first, last, PAGE))
                        .forEach(holder -> {
                            boolean mayList = kind == ContentKind.BLOB && listing.contains(holder.repository());
                            (mayList ? listed : held).add(holder.unit().name());
                        });
            }
        }
        page.stream()
                .filter(bytes -> listed.contains(bytes.digest().toString()))
                .filter(bytes -> !held.contains(bytes.digest().toString()))
                .filter(bytes -> holdings.isHeldBeside(bytes, List.of()))
                .forEach(bytes -> held.add(bytes.digest().toString()));
        return held;
    }

    private boolean delete(BlobRecord bytes) throws IOException {
        BlobRecord doomed = bytes.doomed() ? bytes : bytes.doomed(true);
        if (!bytes.doomed() && !replace(bytes, doomed)) {
            return false;
        }
        if (!held(List.of(doomed)).isEmpty()) {
            replace(doomed, doomed.doomed(false));
            return false;
        }
        return uploads.forget(doomed);
    }

    private boolean replace(BlobRecord read, BlobRecord changed) {
        return store.write(Write.put(BlobRecord.TABLE, changed, Condition.unchanged(read)));
    }
}
