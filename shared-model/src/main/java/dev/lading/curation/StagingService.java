package dev.lading.curation;

import dev.lading.commit.Staging;
import dev.lading.content.ManifestService;
import dev.lading.metadata.MetadataStore;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;

/** Opens staging areas for content that the registry makes itself. */
public final class StagingService {
    /** When the clean-up takes what was staged for given up. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final MetadataStore store;
    private final ManifestService manifests;
    private final UploadService uploads;
    private final CurationService curation;
    private final InstantSource clock;

    public StagingService(
            MetadataStore store,
            ManifestService manifests,
            UploadService uploads,
            CurationService curation,
            InstantSource clock) {
        this.store = store;
        this.manifests = manifests;
        this.uploads = uploads;
        this.curation = curation;
        this.clock = clock;
    }

    /** Opens one. If its process dies, the clean-up deletes what is in it after a day. */
    public StagingArea begin() {
        var staging = Staging.begin(clock.instant());
        store.write(staging.letGo(clock.instant().plus(KEPT)));
        return open(staging);
    }

    /** Receives bytes, which the sweep of uploads takes unless they are staged or dropped. */
    public ReceivedBlob receive(InputStream content) throws IOException {
        return ReceivedBlob.of(content, uploads);
    }

    public void drop(ReceivedBlob received) throws IOException {
        uploads.cancel(received.upload());
    }

    /** Goes on with an area that another process, or another request, left open. */
    public StagingArea open(Staging staging) {
        return new StagingArea(staging, store, manifests, uploads, curation, clock);
    }

    /** Gives up an area that another process, or another request, left open. Idempotent. */
    public void giveUp(Staging staging) {
        store.write(staging.letGo(clock.instant()));
    }
}
