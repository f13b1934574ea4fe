package dev.lading.upload;

import dev.lading.metadata.HexPartition;
import dev.lading.metadata.MetadataStore;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;

/** Walks all uploads, page by page. */
final class UploadSweep {
    private static final int PAGE = 200;

    private final MetadataStore store;
    private final InstantSource clock;

    UploadSweep(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    interface Action {
        void on(Upload upload) throws IOException;
    }

    /** @return how many were due */
    int forEachDue(Predicate<Upload> mayGo, Action action) throws IOException {
        Instant now = clock.instant();
        int[] due = {0};
        forEach(upload -> {
            if (upload.discarded() || (upload.expires().isBefore(now) && mayGo.test(upload))) {
                action.on(upload);
                due[0]++;
            }
        });
        return due[0];
    }

    void forEach(Action action) throws IOException {
        for (HexPartition partition : HexPartition.ALL) {
            for (var each = store.stream(Upload.TABLE, partition.all(PAGE)).iterator(); each.hasNext(); ) {
                action.on(each.next());
            }
        }
    }
}
