package dev.lading.cleanup;

import dev.lading.cleanup.PulledBytes.Pulled;
import dev.lading.cleanup.ReclaimService.Reclaimed;
import dev.lading.content.LastPulls;
import dev.lading.content.UpstreamAsked;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.Eviction;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives back bytes that were pulled through a distribution and that nobody has pulled for long, or that are too many.
 * Versions stay: the next pull fetches the bytes again. May run beside all else, and be repeated from any point.
 */
public final class EvictionService {
    private static final int ASKED_IN_PAGE = 1_000;

    private final MetadataStore store;
    private final PullThroughService pullThroughs;
    private final RemoteService remotes;
    private final Holdings holdings;
    private final ByteRelease release;
    private final InstantSource clock;

    public EvictionService(
            MetadataStore store,
            PullThroughService pullThroughs,
            RemoteService remotes,
            UploadService uploads,
            InstantSource clock) {
        this.store = store;
        this.pullThroughs = pullThroughs;
        this.remotes = remotes;
        this.holdings = new Holdings(store);
        this.release = new ByteRelease(store, uploads);
        this.clock = clock;
    }

    /** Whether any distribution has a limit. Reads no content. */
    public boolean isDue() {
        return limited().findAny().isPresent();
    }

    private Stream<PullThroughDistribution> limited() {
        return Page.all(pullThroughs::list)
                .filter(each -> each.settings().eviction().hasLimit());
    }

    /**
     * Gives back what the distributions' limits say.
     *
     * @param progress called repeatedly; may throw to stop
     */
    public Reclaimed evict(Consumer<Reclaimed> progress) throws IOException {
        Reclaimed sum = Reclaimed.NOTHING;
        for (PullThroughDistribution distribution : limited().toList()) {
            sum = new Run(distribution, sum, progress).evict();
        }
        return sum;
    }

    /**
     * Tags of a repository that its upstream no longer had when it was asked last: what is here may be the only copy.
     * Of the first tags only; one read for each thousand of them.
     *
     * @param looked how many tags are looked at
     */
    public List<String> onlyCopies(RepositoryId repository, int looked) {
        return store.stream(UpstreamAsked.TABLE, UpstreamAsked.all(repository, Math.min(looked, ASKED_IN_PAGE)))
                .limit(looked)
                .filter(UpstreamAsked::missing)
                .map(UpstreamAsked::what)
                .toList();
    }

    /** Repositories that pulls through a distribution made. */
    private Set<RepositoryId> repositories(UUID through) {
        return pullThroughs
                .made(through)
                .flatMap(made -> store.get(Distribution.TABLE, Distribution.key(made.distribution())).stream())
                .map(Distribution::settings)
                .filter(settings -> settings.through().filter(through::equals).isPresent())
                .flatMap(settings -> settings.repository().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether content was pulled through a remote and can be again. */
    private boolean leads(BlobOrigin origin) {
        return remotes.find(RemoteKind.PULL_THROUGH, origin.remote()).isPresent();
    }

    /** One distribution's turn. */
    private final class Run {
        private final Eviction eviction;
        private final ByteRelease.Terms terms;
        private final PulledBytes bytes;
        private final Consumer<Reclaimed> progress;

        /** What stays and may go, in bytes by the day of the last pull. */
        private final TreeMap<LocalDate, Long> days = new TreeMap<>();

        private long kept;
        private Reclaimed sum;

        Run(PullThroughDistribution distribution, Reclaimed before, Consumer<Reclaimed> progress) {
            Set<RepositoryId> repositories = repositories(distribution.id().value());
            this.eviction = distribution.settings().eviction();
            this.terms = new ByteRelease.Terms(EvictionService.this::leads, each -> true, repositories::contains);
            this.bytes = new PulledBytes(store, holdings, repositories, terms);
            this.progress = progress;
            this.sum = before;
        }

        Reclaimed evict() throws IOException {
            evictOld();
            long most = eviction.maxBytes().orElse(Long.MAX_VALUE);
            if (kept > most) {
                evictOldest(kept - most);
            }
            return sum;
        }

        private void evictOld() throws IOException {
            // The pull that was noted may not have been the last of its day.
            Instant before = eviction.afterDays()
                    .map(number ->
                            clock.instant().minus(Duration.ofDays(number)).minus(LastPulls.EXACT))
                    .orElse(Instant.MIN);
            each(pulled -> {
                boolean isOld = pulled.at().isBefore(before);
                if (!isOld || !mayGo(pulled)) {
                    kept += pulled.bytes().sizeBytes();
                }
                if (!isOld && mayGo(pulled)) {
                    days.merge(day(pulled), pulled.bytes().sizeBytes(), Long::sum);
                }
                return isOld;
            });
        }

        /** Gives back whole days, and of the last one as much as is needed. */
        private void evictOldest(long tooMany) throws IOException {
            long[] left = {tooMany};
            LocalDate last = LocalDate.MAX;
            for (Map.Entry<LocalDate, Long> day : days.entrySet()) {
                if (day.getValue() >= left[0]) {
                    last = day.getKey();
                    break;
                }
                left[0] -= day.getValue();
            }
            LocalDate cut = last;
            each(pulled -> {
                LocalDate day = day(pulled);
                if (!day.equals(cut) || !mayGo(pulled)) {
                    return day.isBefore(cut);
                }
                boolean isWanted = left[0] > 0;
                left[0] -= pulled.bytes().sizeBytes();
                return isWanted;
            });
        }

        private boolean mayGo(Pulled pulled) {
            return eviction.gone() || !pulled.gone();
        }

        private static LocalDate day(Pulled pulled) {
            return LocalDate.ofInstant(pulled.at(), ZoneOffset.UTC);
        }

        /** Gives back what is wanted and may go. */
        private void each(Predicate<Pulled> wanted) throws IOException {
            for (Iterator<Pulled> all = bytes.stream().iterator(); all.hasNext(); ) {
                Pulled pulled = all.next();
                if (wanted.test(pulled) && mayGo(pulled)) {
                    sum = sum.plus(
                            release.everywhere(pulled.bytes().digest(), terms).orElse(Reclaimed.NOTHING));
                }
                progress.accept(sum);
            }
        }
    }
}
