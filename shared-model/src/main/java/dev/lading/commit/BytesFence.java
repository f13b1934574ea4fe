package dev.lading.commit;

import dev.lading.blob.BlobRecord;
import dev.lading.history.row.BlobEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Conditions on the bytes that rows to be written hold and that may be given up meanwhile, since an upstream has them.
 * A row is copied from another, which a reclaim may empty at the same moment; with the bytes' record checked in the
 * transaction, either the reclaim finds the new row or the transaction fails and is decided again.
 */
final class BytesFence {
    private BytesFence() {}

    /** How many conditions {@link #of} adds to writes, at most. */
    static int count(Stream<Write> writes) {
        return (int) held(writes).count();
    }

    /** The conditions for writes; empty: bytes that they hold were given up already. */
    static Optional<List<Write>> of(MetadataStore store, Collection<Write> writes) {
        List<Write> conditions = new ArrayList<>();
        Set<String> there = new HashSet<>();
        writes.stream()
                .filter(write -> write.table().equals(BlobRecord.TABLE))
                .map(VersionDraft::identity)
                .forEach(there::add);
        for (BlobEntry row : held(writes.stream()).toList()) {
            Optional<BlobRecord> bytes = store.get(BlobRecord.TABLE, BlobRecord.key(row.digest()))
                    .filter(record -> row.key().equals(Optional.of(record.key())));
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            Write use = bytes.get().use();
            if (there.add(VersionDraft.identity(use))) {
                conditions.add(use);
            }
        }
        return Optional.of(conditions);
    }

    private static Stream<BlobEntry> held(Stream<Write> writes) {
        return writes.filter(write -> write instanceof Write.Put<?> put && put.record() instanceof BlobEntry)
                .map(write -> (BlobEntry) ((Write.Put<?>) write).record())
                .filter(row -> row.present() && row.isHeld() && row.origin().isPresent());
    }
}
