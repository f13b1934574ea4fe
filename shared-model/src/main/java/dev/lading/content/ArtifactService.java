package dev.lading.content;

import dev.lading.blob.BlobRecord;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentUnit;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Lazily;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.oci.Digest;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Stored bytes as Pulp's artifacts. An artifact's id follows from its digest and when it was stored. */
public final class ArtifactService {
    private static final int PAGE = 1000;
    private static final int ALIKE = 10;

    private final MetadataStore store;

    public ArtifactService(MetadataStore store) {
        this.store = store;
    }

    public static UUID id(BlobRecord bytes) {
        return BlobEntry.unit(bytes).id();
    }

    /** All of them, in no particular order. */
    public Stream<BlobRecord> all() {
        return Lazily.inTurn(HexPartition.ALL.stream()
                .<Supplier<Stream<BlobRecord>>>map(
                        partition -> () -> store.stream(BlobRecord.TABLE, partition.all(PAGE)))
                .toList());
    }

    public Optional<BlobRecord> find(UUID id) {
        String prefix = ContentUnit.fingerprint(id);
        Query alike = Query.ascending(HexPartition.first(prefix).toString(), prefix, prefix + "~", ALIKE);
        return store.stream(BlobRecord.TABLE, alike)
                .filter(bytes -> id(bytes).equals(id))
                .findFirst();
    }

    public Optional<BlobRecord> find(Digest digest) {
        return store.get(BlobRecord.TABLE, BlobRecord.key(digest));
    }
}
