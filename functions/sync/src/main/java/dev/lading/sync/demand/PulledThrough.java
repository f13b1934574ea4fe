package dev.lading.sync.demand;

import dev.lading.content.ManifestService;
import dev.lading.content.ThroughManifests;
import dev.lading.content.UpstreamAsked;
import dev.lading.distribution.PullThroughService;
import dev.lading.history.Pull;
import dev.lading.history.PullThrough;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.Reference;
import dev.lading.oci.Reference.ByDigest;
import dev.lading.oci.Reference.ByTag;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.RegistryException.RetryLater;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteId;
import dev.lading.repository.RepositoryService;
import dev.lading.sync.run.Companions;
import dev.lading.upstream.Fetched;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.upstream.transport.UpstreamException.NotFound;
import dev.lading.upstream.transport.UpstreamException.RateLimited;
import dev.lading.upstream.transport.UpstreamException.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Serves names of pull-through distributions: asks the upstream for a tag once in the distribution's freshness, for a
 * digest only while it is not held, and commits what comes as a version of an ordinary repository. One question for each
 * manifest, however many wait for it; no caller's thread waits.
 */
public final class PulledThrough implements ThroughManifests, AutoCloseable {
    /**
     * How long a request waits for the upstream's answer.
     *
     * @param held if there is something to serve instead
     * @param missing if there is nothing
     */
    public record Patience(Duration held, Supplier<Duration> missing) {}

    public static final Duration HELD = Duration.ofSeconds(3);

    /** On a server: as long as the remote's timeouts and retries let it be asked. */
    public static final Patience SERVER = new Patience(HELD, () -> Duration.ofHours(1));

    /** How long an upstream that gave no good answer is not asked again for the same, or, if it limits that, at all. */
    private static final Duration REMEMBERED = Duration.ofSeconds(5);

    /** Limit on manifests that are asked for at once. */
    private static final int MAX_QUESTIONS = 1000;

    /** Limit on the referrers of one manifest that are taken at once. */
    private static final int MAX_REFERRERS = 100;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final ManifestService manifests;
    private final ThroughNames names;
    private final RemoteClients clients;
    private final Patience patience;
    private final InstantSource clock;
    private final NamesMade made;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pull-through-", 0).factory());

    /** Questions under way. Guarded by this. */
    private final Map<Question, CompletableFuture<Served>> open = new HashMap<>();

    /** Questions for referrers that are under way. Guarded by this. */
    private final Map<Subject, CompletableFuture<Pull>> referrers = new HashMap<>();

    /** Those without a good answer. */
    private final ShortMemory<Subject, Boolean> unanswered;

    /** Questions without a good answer. */
    private final ShortMemory<Question, RegistryException> failed;

    /** Held while a name is made. */
    private final ReentrantLock making = new ReentrantLock();

    /** Why upstreams are left alone, by the pull-through remote. */
    private final ShortMemory<RemoteId, String> limited;

    public PulledThrough(
            MetadataStore store,
            RepositoryService repositories,
            ManifestService manifests,
            PullThroughService throughs,
            ThroughNames names,
            RemoteClients clients,
            Patience patience,
            InstantSource clock) {
        this.store = store;
        this.repositories = repositories;
        this.manifests = manifests;
        this.names = names;
        this.clients = clients;
        this.patience = patience;
        this.clock = clock;
        this.made = new NamesMade(store, throughs, clock);
        this.failed = new ShortMemory<>(clock, REMEMBERED);
        this.limited = new ShortMemory<>(clock, REMEMBERED);
        this.unanswered = new ShortMemory<>(clock, REMEMBERED);
    }

    private record Subject(RepositoryName name, Digest digest) {}

    private record Question(RepositoryName name, Reference reference) {}

    @Override
    public Known known(Pull pull, Reference reference) {
        Optional<ManifestEntry> held = pull.view().flatMap(view -> held(view, reference));
        if (pull.isPinned()) {
            return new Served(held.orElseThrow(() -> notPinned(pull, reference)), Optional.empty());
        }
        if (held.isEmpty() || pull.through().isEmpty()) {
            return new ToAsk(held);
        }
        if (!(reference instanceof ByTag(Tag tag)) || isFresh(pull, UpstreamAsked.of(tag))) {
            return new Served(held.get(), Optional.empty());
        }
        Optional<RegistryException> before = failed.get(new Question(pull.name(), reference));
        // A tag that is gone, and hidden for it, is not served.
        return before.filter(failure -> !(failure instanceof ManifestUnknown))
                .<Known>map(failure -> new Served(held.get(), Optional.of(failure.getMessage())))
                .orElseGet(() -> new ToAsk(held));
    }

    private static ManifestUnknown notPinned(Pull pull, Reference reference) {
        long version = pull.require().version();
        return new ManifestUnknown(
                pull.name(),
                reference,
                "it is pinned to its version " + version + ", so that its upstream is not asked");
    }

    private static Optional<ManifestEntry> held(RepositoryView view, Reference reference) {
        return switch (reference) {
            case ByDigest(Digest digest) -> view.manifest(digest);
            case ByTag(Tag tag) -> view.tag(tag).flatMap(view::manifest);
        };
    }

    private boolean isFresh(Pull pull, String what) {
        Duration freshness = pull.through().orElseThrow().freshness();
        return freshness.isPositive()
                && store.get(
                                UpstreamAsked.TABLE,
                                UpstreamAsked.key(pull.require().repository(), what))
                        .filter(asked -> asked.gone().isEmpty()
                                && clock.instant().isBefore(asked.at().plus(freshness)))
                        .isPresent();
    }

    @Override
    public Optional<CompletionStage<Pull>> referrers(Pull pull, Digest subject, String principal) {
        boolean asks = pull.through().isPresent()
                && !pull.isPinned()
                && !(holds(pull, subject) && isFresh(pull, UpstreamAsked.referrersOf(subject)));
        return asks ? Optional.of(askReferrers(pull, subject, principal)) : Optional.empty();
    }

    private static boolean holds(Pull pull, Digest manifest) {
        return pull.view().flatMap(view -> view.manifest(manifest)).isPresent();
    }

    /** What is held is served where the upstream gives no good answer in time. */
    private synchronized CompletionStage<Pull> askReferrers(Pull pull, Digest subject, String principal) {
        var key = new Subject(pull.name(), subject);
        CompletableFuture<Pull> same = referrers.get(key);
        if (same == null) {
            if (referrers.size() == MAX_QUESTIONS || unanswered.get(key).isPresent()) {
                return CompletableFuture.completedStage(pull);
            }
            var begun = new CompletableFuture<Pull>();
            referrers.put(key, begun);
            threads.execute(() -> runReferrers(key, pull, principal, begun));
            same = begun;
        }
        return same.copy()
                .completeOnTimeout(pull, patience.held().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> pull);
    }

    private void runReferrers(Subject key, Pull pull, String principal, CompletableFuture<Pull> answer) {
        try {
            var question = new Question(pull.name(), new ByDigest(key.digest()));
            PullThrough through = pull.through().orElseThrow();
            Pull held = pull;
            if (!holds(pull, key.digest())) {
                requireName(pull, principal);
                // Clients ask for the referrers of a digest that they have not pulled.
                var _ = new Asking(question, pull, through, principal).served(Optional.empty());
                held = repositories.pull(pull.name());
            }
            new Asking(question, held, through, principal).takeReferrers(key.digest());
            endReferrers(key);
            answer.complete(repositories.pull(pull.name()));
        } catch (RuntimeException | Error e) {
            unanswered.put(key, true);
            endReferrers(key);
            answer.completeExceptionally(e);
        }
    }

    private synchronized void endReferrers(Subject key) {
        referrers.remove(key);
    }

    @Override
    public CompletionStage<Served> ask(Pull pull, Reference reference, ToAsk known, String principal) {
        var question = new Question(pull.name(), reference);
        Optional<RegistryException> before = failed.get(question);
        if (before.isEmpty()) {
            requireName(pull, principal);
        }
        CompletableFuture<Served> answer = before.map(failure -> CompletableFuture.<Served>failedFuture(failure))
                .orElseGet(() -> join(question, pull, principal));
        if (known.held().isEmpty()) {
            String upstreamName = pull.through().orElseThrow().upstreamName(pull.name());
            Duration missing = patience.missing().get();
            return answer.copy()
                    .orTimeout(missing.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> {
                        if (cause(failure) instanceof TimeoutException) {
                            throw new UpstreamFailed("the upstream of '" + upstreamName + "' has not answered in "
                                    + missing.toSeconds() + " s; pull again, since it is still asked");
                        }
                        throw failure instanceof CompletionException wrapped
                                ? wrapped
                                : new CompletionException(failure);
                    });
        }
        ManifestEntry held = known.held().get();
        return answer.copy()
                .completeOnTimeout(
                        new Served(held, Optional.of("the upstream has not answered yet")),
                        patience.held().toMillis(),
                        TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    Throwable cause = cause(failure);
                    if (cause instanceof ManifestUnknown gone) {
                        throw gone;
                    }
                    return new Served(held, Optional.of(String.valueOf(cause.getMessage())));
                });
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Refuses whoever may make no name, and nobody who asks for the same. */
    private void requireName(Pull pull, String principal) {
        if (pull.view().isEmpty()) {
            made.require(pull.through().orElseThrow(), principal);
        }
    }

    private synchronized CompletableFuture<Served> join(Question question, Pull pull, String principal) {
        CompletableFuture<Served> same = open.get(question);
        if (same != null) {
            return same;
        }
        if (open.size() == MAX_QUESTIONS) {
            return CompletableFuture.failedFuture(new StoreBusy("too much is being fetched", RETRY_AFTER));
        }
        var begun = new CompletableFuture<Served>();
        open.put(question, begun);
        threads.execute(() -> run(question, pull, principal, begun));
        return begun;
    }

    private void run(Question question, Pull pull, String principal, CompletableFuture<Served> answer) {
        try {
            Served served = answered(question, pull, principal);
            end(question);
            answer.complete(served);
        } catch (RetryLater e) {
            // Another may be let in.
            end(question);
            answer.completeExceptionally(e);
        } catch (RegistryException e) {
            failed.put(question, e);
            end(question);
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            end(question);
            answer.completeExceptionally(e);
        }
    }

    /** Asks, unless another question has brought what is wanted since the name was resolved. */
    private Served answered(Question question, Pull pull, String principal) {
        var now = new Pull(pull.name(), repositories.pull(pull.name()).view(), pull.through());
        return switch (known(now, question.reference())) {
            case Served served -> served;
            case ToAsk asking ->
                new Asking(question, now, pull.through().orElseThrow(), principal).served(asking.held());
        };
    }

    private synchronized void end(Question question) {
        open.remove(question);
    }

    /** One question to the upstream, and the commit of its answer. */
    private final class Asking {
        private final Question question;
        private final Pull pull;
        private final PullThrough through;
        private final String principal;
        private final BlobOrigin origin;

        Asking(Question question, Pull pull, PullThrough through, String principal) {
            this.question = question;
            this.pull = pull;
            this.through = through;
            this.principal = principal;
            this.origin = new BlobOrigin(through.remote(), through.upstreamName(pull.name()));
        }

        Served served(Optional<ManifestEntry> held) {
            names.require(through, pull.name());
            requireUnlimited();
            try (var lease = clients.lease(origin)) {
                return held.isPresent() && question.reference() instanceof ByTag(Tag tag)
                        ? refreshed(lease, tag, held.get())
                        : taken(lease, question.reference());
            } catch (NotFound e) {
                throw new ManifestUnknown(pull.name(), question.reference(), e.getMessage());
            } catch (UpstreamException e) {
                if (e instanceof Refused) {
                    // Docker Hub says so, too, of what it does not have.
                    gone(held);
                }
                throw failure(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Notes that the upstream has the tag no more, so that what is held of it is not given up. */
        private void gone(Optional<ManifestEntry> held) {
            if (held.isPresent() && question.reference() instanceof ByTag(Tag tag)) {
                RepositoryId repository = held.get().repository();
                Optional<Digest> digest = Optional.of(held.get().digest());
                boolean known = store.get(UpstreamAsked.TABLE, UpstreamAsked.key(repository, UpstreamAsked.of(tag)))
                        .filter(asked -> asked.gone().equals(digest))
                        .isPresent();
                if (!known) {
                    store.writeUnsynced(List.of(Write.put(
                            UpstreamAsked.TABLE,
                            new UpstreamAsked(repository, UpstreamAsked.of(tag), clock.instant(), digest))));
                }
            }
        }

        private Served refreshed(RemoteClients.Lease lease, Tag tag, ManifestEntry held) throws IOException {
            Upstream upstream = lease.upstream();
            Optional<Descriptor> now = upstream.head(question.reference());
            if (now.isEmpty()) {
                gone(Optional.of(held));
                String gone = upstream + " no longer has tag " + tag;
                throw through.hidesGone()
                        ? new ManifestUnknown(pull.name(), question.reference(), gone)
                        : new UpstreamFailed(gone);
            }
            if (now.get().digest().equals(held.digest())) {
                asked(held.repository(), UpstreamAsked.of(tag));
                return new Served(held, Optional.empty());
            }
            Optional<ManifestEntry> other = pull.require().manifest(now.get().digest());
            return other.isPresent()
                    ? commit(
                            other.get().digest(),
                            manifests.parsed(other.get()),
                            manifests.body(other.get()),
                            Optional.of(tag))
                    : taken(lease, question.reference());
        }

        private Served taken(RemoteClients.Lease lease, Reference reference) throws IOException {
            Upstream upstream = lease.upstream();
            Fetched fetched = upstream.get(reference);
            lease.fetched(fetched.bytes().length);
            Manifest manifest = fetched.manifest()
                    .orElseThrow(() -> new UpstreamFailed("manifest " + reference + " of " + upstream + " is "
                            + fetched.notKept().orElse("no manifest") + ", which is not kept"));
            Optional<Tag> tag = reference instanceof ByTag(Tag named) ? Optional.of(named) : Optional.empty();
            return commit(fetched.descriptor().digest(), manifest, fetched.bytes(), tag);
        }

        private Served commit(Digest digest, Manifest manifest, byte[] body, Optional<Tag> tag) throws IOException {
            RepositoryId repository =
                    pull.view().map(RepositoryView::repository).orElseGet(this::newRepository);
            manifests.list(repository, digest, manifest, body, tag.map(Set::of).orElse(Set.of()), origin);
            tag.ifPresent(named -> asked(repository, UpstreamAsked.of(named)));
            Pull after = repositories.pull(pull.name());
            return new Served(manifests.get(after, new ByDigest(digest)), Optional.empty());
        }

        private UpstreamFailed failure(UpstreamException e) {
            if (e instanceof RateLimited) {
                limited.put(through.remote(), e.getMessage());
            }
            return new UpstreamFailed(e.getMessage());
        }

        /** What one client was told is told to all: the upstream counts them together. */
        private void requireUnlimited() {
            limited.get(through.remote()).ifPresent(why -> {
                throw new UpstreamFailed(why);
            });
        }

        /** The repository of a new name, which counts once, however many of its tags and digests are pulled at once. */
        private RepositoryId newRepository() {
            making.lock();
            try {
                Optional<RepositoryView> meanwhile =
                        repositories.pull(pull.name()).view();
                if (meanwhile.isPresent()) {
                    return meanwhile.get().repository();
                }
                return names.make(through, pull.name(), origin, () -> made.counting(principal));
            } finally {
                making.unlock();
            }
        }

        /** Takes the referrers of a manifest that the upstream lists. */
        void takeReferrers(Digest subject) {
            requireUnlimited();
            RepositoryView view = pull.require();
            try (var lease = clients.lease(origin)) {
                List<Digest> missing = listed(lease.upstream(), subject).stream()
                        .filter(referrer -> view.manifest(referrer).isEmpty())
                        .limit(MAX_REFERRERS)
                        .toList();
                for (Digest referrer : missing) {
                    var _ = taken(lease, new ByDigest(referrer));
                }
                asked(view.repository(), UpstreamAsked.referrersOf(subject));
            } catch (UpstreamException e) {
                throw failure(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** By the API or, where there is none, by the tag that stands for it. Source: distribution-spec v1.1. */
        private static List<Digest> listed(Upstream upstream, Digest subject) {
            Optional<List<Descriptor>> listed = upstream.referrers(subject);
            if (listed.isPresent()) {
                return listed.get().stream().map(Descriptor::digest).toList();
            }
            try {
                return upstream.get(new ByTag(Companions.referrers(subject)))
                        .manifest()
                        .map(Manifest::manifests)
                        .orElse(List.of());
            } catch (NotFound none) {
                return List.of();
            }
        }

        private void asked(RepositoryId repository, String what) {
            store.writeUnsynced(
                    List.of(Write.put(UpstreamAsked.TABLE, UpstreamAsked.answered(repository, what, clock.instant()))));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
