package dev.lading.operation;

import dev.lading.cleanup.ReclaimService;
import dev.lading.content.BlobFetcher;
import dev.lading.content.ContentService;
import dev.lading.content.RepairState;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.task.TaskRun;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fetches again what a check found missing or wrong and a remote leads to, and what the checked version only lists.
 * Nothing is lost if the upstream fails: the blob stays listed, and its next pull asks again.
 */
@Singleton
public class Refetches {
    /** Limit on blobs fetched at once. */
    private static final int AT_ONCE = 4;

    /** Limit on the failures that are told; a result must fit a record. */
    private static final int FAILURES = 100;

    private final ReclaimService reclaims;
    private final ContentService content;
    private final VersionService versions;
    private final RepositoryService repositories;
    private final BlobFetcher fetcher;

    public Refetches(
            ReclaimService reclaims,
            ContentService content,
            VersionService versions,
            RepositoryService repositories,
            BlobFetcher fetcher) {
        this.reclaims = reclaims;
        this.content = content;
        this.versions = versions;
        this.repositories = repositories;
        this.fetcher = fetcher;
    }

    /**
     * What was fetched.
     *
     * @param fetched digests
     * @param failed reasons by digest, the first ones
     */
    public record Refetched(Set<Digest> fetched, Map<String, String> failed) {
        public Refetched {
            fetched = Set.copyOf(fetched);
            failed = Map.copyOf(failed);
        }
    }

    /** Makes a version whole, as far as remotes lead to what it lacks. */
    public Refetched version(RepositoryId repository, long version, RepairState checked, TaskRun run)
            throws IOException {
        drop(broken(checked));
        return fetch(versions.view(repository, version).stream(BlobEntry.TABLE).filter(row -> !row.isHeld()), run);
    }

    /** Fetches what was found broken, for all repositories that have it. */
    public Refetched all(RepairState checked, TaskRun run) throws IOException {
        Set<Digest> broken = broken(checked);
        drop(broken);
        Stream<BlobEntry> rows = broken.stream()
                .flatMap(digest -> content.repositories(ContentKind.BLOB, digest.toString())
                        .flatMap(repository -> content.blobRow(digest, repository::equals).stream()))
                .filter(row -> !row.isHeld());
        return fetch(rows, run);
    }

    /** Fetches blobs that are only listed. */
    Refetched listed(Stream<BlobEntry> rows, TaskRun run) {
        return fetch(rows, run);
    }

    private static Set<Digest> broken(RepairState checked) {
        return Stream.concat(checked.missing().first().stream(), checked.corrupted().first().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private void drop(Set<Digest> broken) throws IOException {
        for (Digest digest : broken) {
            reclaims.dropBroken(digest);
        }
    }

    private Refetched fetch(Stream<BlobEntry> rows, TaskRun run) {
        var fetching = new Fetching();
        for (Iterator<BlobEntry> each = rows.iterator(); each.hasNext(); ) {
            fetching.begin(each.next());
            report(fetching, run);
        }
        fetching.await();
        report(fetching, run);
        return new Refetched(fetching.fetched, fetching.failed());
    }

    private static void report(Fetching fetching, TaskRun run) {
        run.report("repair.repaired", "Blobs fetched again", fetching.fetched.size(), Optional.empty());
    }

    /** Fetches under way, a few at once. */
    private final class Fetching {
        private final Semaphore room = new Semaphore(AT_ONCE);
        private final Set<Digest> fetched = ConcurrentHashMap.newKeySet();
        private final Map<String, String> failed = new ConcurrentHashMap<>();

        void begin(BlobEntry row) {
            acquire(1);
            fetcher.keep(name(row.repository()), row).whenComplete((key, failure) -> {
                end(row.digest(), failure);
                room.release();
            });
        }

        private void end(Digest digest, @Nullable Throwable failure) {
            if (failure == null) {
                fetched.add(digest);
            } else if (failed.size() < FAILURES) {
                Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                failed.put(digest.toString(), String.valueOf(cause.getMessage()));
            }
        }

        void await() {
            acquire(AT_ONCE);
        }

        private void acquire(int permits) {
            try {
                room.acquire(permits);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while blobs are fetched again", e);
            }
        }

        Map<String, String> failed() {
            Map<String, String> told = new LinkedHashMap<>(failed);
            fetched.forEach(digest -> told.remove(digest.toString()));
            return told;
        }
    }

    /** A name for messages. */
    private RepositoryName name(RepositoryId id) {
        return repositories.find(id).stream()
                .flatMap(repository -> repository.names().stream())
                .findFirst()
                .orElseGet(() -> new RepositoryName("repository/" + id));
    }
}
