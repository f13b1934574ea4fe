package dev.lading.content;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.blob.Download;
import dev.lading.history.Changes;
import dev.lading.history.Pull;
import dev.lading.history.RepositoryView;
import dev.lading.history.RepositoryView.HeldBlob;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.RegistryException.BlobInUse;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Blobs of repositories: look-up, mount and delete. */
public final class BlobService {
    /** Life of a redirect's URL; a client that resumes requests a new one. */
    private static final Duration DOWNLOAD_LIFE = Duration.ofMinutes(20);

    /** Limit on the repositories that a mount without a source looks at, and on the names that they are pulled at. */
    private static final int HOLDERS = 20;

    /** Age up to which a pending blob is taken as new; small beside the least protection. */
    private static final Duration NEW = Duration.ofSeconds(1);

    private final MetadataStore store;
    private final BlobStore blobs;
    private final RepositoryService repositories;
    private final InstantSource clock;

    public BlobService(MetadataStore store, BlobStore blobs, RepositoryService repositories, InstantSource clock) {
        this.store = store;
        this.blobs = blobs;
        this.repositories = repositories;
        this.clock = clock;
    }

    public BlobEntry get(Pull pull, Digest digest) {
        return held(pull, digest).orElseThrow(() -> new BlobUnknown(pull.name(), digest));
    }

    /**
     * The blob, as for a HEAD request. A pending one is protected anew, since the client will refer to it without
     * sending it.
     */
    public BlobEntry askedFor(Pull pull, Digest digest) {
        return pull.view()
                .flatMap(view -> view.blob(digest))
                .filter(held -> held.inVersion() || waitsLonger(held.entry()))
                .map(HeldBlob::entry)
                .orElseThrow(() -> new BlobUnknown(pull.name(), digest));
    }

    /** Renews a pending blob's protection. False: cleanup has just deleted it. */
    private boolean waitsLonger(BlobEntry blob) {
        Instant latest = clock.instant().minus(NEW);
        return store.get(
                                RepositoryContent.TABLE,
                                RepositoryContent.key(blob.unit().orElseThrow(), blob.repository()))
                        .filter(holder -> !holder.touched().isBefore(latest))
                        .isPresent()
                || (blob.isHeld() ? hold(blob.repository(), blob.digest()) : list(blob));
    }

    /** Makes a blob pending again that is only listed: the bytes that others have stored are not its own. */
    private boolean list(BlobEntry blob) {
        ContentUnit unit = blob.unit().orElseThrow();
        return store.write(blob.put(), RepositoryContent.put(unit, blob.repository(), clock.instant()));
    }

    /** Makes existing bytes pending in a repository. False: there are none. */
    private boolean hold(RepositoryId repository, Digest digest) {
        return OptimisticRetry.until(clock, () -> {
            Optional<BlobRecord> bytes = store.get(BlobRecord.TABLE, BlobRecord.key(digest));
            if (bytes.isEmpty()) {
                return Optional.of(false);
            }
            BlobEntry blob = BlobEntry.pending(repository, bytes.get());
            boolean held = store.write(
                    bytes.get().use(),
                    blob.put(),
                    RepositoryContent.put(blob.unit().orElseThrow(), repository, clock.instant()));
            return held ? Optional.of(true) : Optional.empty();
        });
    }

    private static Optional<BlobEntry> held(Pull pull, Digest digest) {
        return pull.view().flatMap(view -> view.blob(digest)).map(HeldBlob::entry);
    }

    public Download download(BlobKey key) {
        return blobs.download(key, DOWNLOAD_LIFE);
    }

    /**
     * Where a client that sent HEAD finds the blob's size.
     *
     * @throws BlobUnknown if the bytes are gone; a store might refuse the client for it, as S3 does with 403, which
     *     clients take for an error
     */
    public Download head(Pull pull, Digest digest, BlobKey key) throws IOException {
        if (blobs.sizeBytes(key).isEmpty()) {
            throw new BlobUnknown(pull.name(), digest);
        }
        return blobs.head(key, DOWNLOAD_LIFE);
    }

    /** Reads part of a blob through this process, for those too small to be worth a redirect. */
    public InputStream read(BlobKey key, long offset, long length) throws IOException {
        return blobs.read(key, offset, length);
    }

    /**
     * Mounts a blob of another repository into {@code target}. Source: distribution-spec v1.1, "Mounting a blob from
     * another repository".
     *
     * @param source where to look; empty: any repository that has it and {@code mayPull}
     * @return false: it was not found where the caller may pull, and must be uploaded; never for the
     *     {@link EmptyLayer}, which every repository has
     */
    public boolean mount(
            RepositoryName target, Digest digest, Optional<RepositoryName> source, Predicate<Pull> mayPull) {
        if (digest.equals(EmptyLayer.DIGEST)) {
            var _ = repositories.getOrCreate(target);
            return true;
        }
        Stream<RepositoryName> places = source.isPresent() ? source.stream() : holders(digest);
        if (places.map(repositories::pull)
                .filter(mayPull)
                .noneMatch(pull -> held(pull, digest).filter(BlobEntry::isHeld).isPresent())) {
            return false;
        }
        return hold(repositories.getOrCreate(target), digest);
    }

    /** Whether a repository has the blob, in its newest version or pending. */
    public boolean holds(RepositoryName name, Digest digest) {
        return held(repositories.pull(name), digest).isPresent();
    }

    /** Names at which a blob may be pulled. */
    private Stream<RepositoryName> holders(Digest digest) {
        return store
                .query(RepositoryContent.TABLE, RepositoryContent.named(ContentKind.BLOB, digest.toString(), HOLDERS))
                .records()
                .stream()
                .flatMap(holder -> repositories.find(holder.repository()).stream())
                .flatMap(repository -> repository.followers().stream())
                .limit(HOLDERS);
    }

    /**
     * Removes a blob from the newest version; older ones keep it, and so its bytes.
     *
     * @return the version that no longer has it
     * @throws BlobInUse while a manifest of the newest version refers to it
     */
    public long delete(RepositoryName name, Digest digest) {
        RepositoryView view = repositories.find(name).orElseThrow(() -> new BlobUnknown(name, digest));
        return repositories.commit(view.repository(), newest -> {
            HeldBlob held = newest.blob(digest).orElseThrow(() -> new BlobUnknown(name, digest));
            BlobEntry blob = held.entry();
            newest.users(digest).findFirst().ifPresent(manifest -> {
                throw new BlobInUse(digest, manifest);
            });
            Changes changes = new Changes().with(blob.at(Content.PENDING, false).put());
            return held.inVersion() ? changes.add(blob.at(newest.nextVersion(), false)) : changes;
        });
    }
}
