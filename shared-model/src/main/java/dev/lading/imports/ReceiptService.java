package dev.lading.imports;

import dev.lading.bundle.document.Receipt;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.SortKeys;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.repository.RepositoryService;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Says what was imported, so that the other side exports what is missing alone. */
public final class ReceiptService {
    private static final String FIELD = "repositories";
    private static final int AT_ONCE = 100;

    /** Limit on the blobs of all repositories, above which no receipt would be short enough. */
    private static final int MOST_BLOBS = 20_000;

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final InstantSource clock;

    public ReceiptService(MetadataStore store, RepositoryService repositories, InstantSource clock) {
        this.store = store;
        this.repositories = repositories;
        this.clock = clock;
    }

    /**
     * A receipt of repositories here.
     *
     * @throws FieldInvalid if one was not imported, or all of them hold more than a receipt can name
     */
    public Receipt of(List<RepositoryId> imported) {
        Map<RepositoryId, String> sources = new HashMap<>();
        List<Receipt.Held> held = new ArrayList<>();
        int blobs = 0;
        for (RepositoryId id : imported) {
            Repository repository = repositories.get(id);
            String name = repository.settings().name();
            Receipt.Held each = held(repository, MOST_BLOBS - blobs);
            String other = sources.put(each.source(), name);
            if (other != null) {
                throw new FieldInvalid(
                        FIELD, "'" + other + "' and '" + name + "' come from one repository; make a receipt for each.");
            }
            blobs += each.blobs().size();
            held.add(each);
        }
        held.sort(Comparator.comparing(each -> each.source().toString()));
        return new Receipt(clock.instant(), held);
    }

    private Receipt.Held held(Repository repository, int most) {
        LastImport last = store.stream(LastImport.TABLE, imports(repository.id()))
                .max(Comparator.comparingLong(LastImport::targetVersion))
                .orElseThrow(() -> new FieldInvalid(
                        FIELD,
                        "Nothing was imported into '" + repository.settings().name() + "'."));
        return new Receipt.Held(
                last.source(),
                last.name().orElse(repository.settings().name()),
                last.sourceVersion(),
                blobs(RepositoryView.at(store, repository.id(), last.targetVersion()), most));
    }

    private static Query imports(RepositoryId target) {
        return Query.ascending(target.toString(), SortKeys.FIRST, SortKeys.LAST, AT_ONCE);
    }

    private static Set<Digest> blobs(RepositoryView version, int most) {
        Set<Digest> blobs = new HashSet<>();
        try (Stream<BlobEntry> rows = version.stream(BlobEntry.TABLE)) {
            rows.filter(row -> row.isHeld() && row.sizeBytes() > Receipt.SMALL_BYTES)
                    .filter(row -> row.digest().algorithm().equals(Digest.SHA256))
                    .limit(most + 1L)
                    .forEach(row -> blobs.add(row.digest()));
        }
        if (blobs.size() > most) {
            throw new FieldInvalid(
                    FIELD, "A receipt names at most " + MOST_BLOBS + " blobs; make one for fewer" + " repositories.");
        }
        return blobs;
    }
}
