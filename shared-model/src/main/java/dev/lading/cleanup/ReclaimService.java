package dev.lading.cleanup;

import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.OriginUse;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.oci.Digest;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemotePolicy;
import dev.lading.remote.RemoteService;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Gives back the bytes of blobs that can be had again: their rows become listed ones, which are fetched when they are
 * next pulled. What was pushed has no origin and stays. May run beside pulls, syncs, promotions and clean-ups, and be
 * repeated from any point.
 */
public final class ReclaimService {
    /** How long bytes of a remote with the policy {@link RemotePolicy#STREAMED} are kept. */
    public static final Duration STREAMED_LIFE = Duration.ofDays(1);

    private static final int PAGE = 500;

    private final MetadataStore store;
    private final RemoteService remotes;
    private final Holdings holdings;
    private final ByteRelease release;
    private final InstantSource clock;

    public ReclaimService(MetadataStore store, RemoteService remotes, UploadService uploads, InstantSource clock) {
        this.store = store;
        this.remotes = remotes;
        this.holdings = new Holdings(store);
        this.release = new ByteRelease(store, uploads);
        this.clock = clock;
    }

    /**
     * Counts of what was given back so far.
     *
     * @param listed blobs that a repository only lists now, once for each repository
     * @param blobs whose bytes were deleted, since nothing else held them
     * @param bytes of these
     */
    public record Reclaimed(long listed, long blobs, long bytes) {
        static final Reclaimed NOTHING = new Reclaimed(0, 0, 0);

        Reclaimed plus(Reclaimed other) {
            return new Reclaimed(listed + other.listed, blobs + other.blobs, bytes + other.bytes);
        }
    }

    /**
     * Gives back what repositories hold and a remote leads to.
     *
     * @param kept versions whose blobs stay, in whatever repository
     * @param progress called repeatedly; may throw to stop
     */
    public Reclaimed reclaim(Stream<RepositoryId> repositories, List<RepositoryView> kept, Consumer<Reclaimed> progress)
            throws IOException {
        Predicate<Digest> wanted = digest ->
                kept.stream().noneMatch(view -> view.blobInVersion(digest).isPresent());
        var terms = new ByteRelease.Terms(this::leads, bytes -> true);
        return each(repositories.distinct(), wanted, terms, progress);
    }

    /** Gives back what came of remotes with the policy {@link RemotePolicy#STREAMED} and is a day old. */
    public Reclaimed reclaimStreamed(Consumer<Reclaimed> progress) throws IOException {
        Instant before = clock.instant().minus(STREAMED_LIFE);
        var terms = new ByteRelease.Terms(
                origin -> remotes.find(origin.remote())
                        .filter(ReclaimService::streams)
                        .isPresent(),
                bytes -> !bytes.created().isAfter(before));
        return each(streamed().distinct(), digest -> true, terms, progress);
    }

    /** Whether any repository may hold bytes of a remote with that policy. Reads no content. */
    public boolean hasStreamed() {
        return streamed().findAny().isPresent();
    }

    private Stream<RepositoryId> streamed() {
        return Page.all(remotes::list).filter(ReclaimService::streams).flatMap(remote -> repositories(remote.id()));
    }

    private Stream<RepositoryId> repositories(RemoteId remote) {
        return store.stream(OriginUse.TABLE, OriginUse.of(remote, PAGE)).map(OriginUse::repository);
    }

    private static boolean streams(Remote remote) {
        return remote.settings().policy() == RemotePolicy.STREAMED;
    }

    private boolean leads(BlobOrigin origin) {
        return remotes.find(origin.remote()).isPresent();
    }

    /**
     * Gives up bytes that are missing or wrong, in all repositories that hold them, so that they are fetched again.
     *
     * @return false: something holds them that no remote leads to
     */
    public boolean dropBroken(Digest digest) throws IOException {
        var terms = new ByteRelease.Terms(this::leads, bytes -> true);
        return release.everywhere(digest, terms)
                .filter(done -> done.blobs() > 0)
                .isPresent();
    }

    private Reclaimed each(
            Stream<RepositoryId> repositories,
            Predicate<Digest> wanted,
            ByteRelease.Terms terms,
            Consumer<Reclaimed> progress)
            throws IOException {
        Reclaimed sum = Reclaimed.NOTHING;
        for (RepositoryId repository : (Iterable<RepositoryId>) repositories::iterator) {
            for (Iterator<Digest> digests = holdings.candidates(repository).iterator(); digests.hasNext(); ) {
                Digest digest = digests.next();
                if (wanted.test(digest)) {
                    Optional<Reclaimed> done = release.in(repository, digest, terms);
                    sum = sum.plus(done.orElse(Reclaimed.NOTHING));
                }
                progress.accept(sum);
            }
        }
        return sum;
    }
}
