package dev.lading.sync.demand;

import dev.lading.content.ManifestService;
import dev.lading.content.ThroughManifests;
import dev.lading.content.UpstreamAsked;
import dev.lading.distribution.PullThroughService;
import dev.lading.history.Pull;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ManifestEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.Reference.ByDigest;
import dev.lading.oci.Reference.ByTag;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.repository.RepositoryService;
import dev.lading.sync.demand.Questions.Open;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /** Limit on questions that are open at once: each is a thread that waits. */
    private static final int MAX_QUESTIONS = 1000;

    /** Limit on those to one remote, and on those of one principal: an upstream that hangs keeps them for long. */
    private static final int MAX_OF_ONE = 250;

    private static final String NO_ANSWER_YET = "the upstream has not answered yet";

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final ManifestTaking taking;
    private final Patience patience;
    private final InstantSource clock;
    private final NamesMade made;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pull-through-", 0).factory());
    private final Questions<Question, Served> questions;
    private final Questions<Subject, Listed> referrers;

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
        this.patience = patience;
        this.clock = clock;
        this.made = new NamesMade(store, throughs, clock);
        this.taking = new ManifestTaking(store, repositories, manifests, names, made, clients, clock, REMEMBERED);
        var places = new Places(MAX_QUESTIONS, MAX_OF_ONE);
        this.questions = new Questions<>(threads, places, clock, REMEMBERED);
        this.referrers = new Questions<>(threads, places, clock, REMEMBERED);
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
        if (!(reference instanceof ByTag(Tag tag))) {
            return new Served(held.get(), Optional.empty());
        }
        Optional<UpstreamAsked> asked = asked(pull, UpstreamAsked.of(tag));
        if (isFresh(pull, asked)) {
            return new Served(held.get(), Optional.empty());
        }
        Digest digest = held.get().digest();
        if (pull.through().get().hidesGone()
                && asked.filter(last -> last.isMissing(digest)).isPresent()) {
            return new ToAsk(Optional.empty());
        }
        return questions
                .failure(new Question(pull.name(), reference))
                .filter(failure -> !(failure instanceof EntityInUse))
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

    private Optional<UpstreamAsked> asked(Pull pull, String what) {
        return store.get(UpstreamAsked.TABLE, UpstreamAsked.key(pull.require().repository(), what));
    }

    private boolean isFresh(Pull pull, Optional<UpstreamAsked> asked) {
        Duration freshness = pull.through().orElseThrow().freshness();
        return asked.filter(last -> last.gone().isEmpty()
                        && clock.instant().isBefore(last.at().plus(freshness)))
                .isPresent();
    }

    @Override
    public Optional<CompletionStage<Listed>> referrers(Pull pull, Digest subject, String principal) {
        if (pull.through().isEmpty() || pull.isPinned()) {
            return Optional.empty();
        }
        Optional<UpstreamAsked> asked =
                holds(pull, subject) ? asked(pull, UpstreamAsked.referrersOf(subject)) : Optional.empty();
        return isFresh(pull, asked)
                ? Optional.empty()
                : Optional.of(listed(pull, asked.isPresent(), askReferrers(pull, subject, principal)));
    }

    private static boolean holds(Pull pull, Digest manifest) {
        return pull.view().flatMap(view -> view.manifest(manifest)).isPresent();
    }

    private Open<Listed> askReferrers(Pull pull, Digest subject, String principal) {
        return referrers.ask(
                new Subject(pull.name(), subject),
                pull.through().orElseThrow().remote(),
                principal,
                "the referrers of " + subject,
                () -> takeReferrers(pull, subject, principal));
    }

    /** What is held is listed where the upstream gives no good answer in time, if it has ever given one. */
    private CompletionStage<Listed> listed(Pull pull, boolean wasListed, Open<Listed> asking) {
        CompletableFuture<Listed> answer = asking.answer().copy();
        CompletableFuture<Listed> inTime = wasListed
                ? answer.completeOnTimeout(
                        new Listed(pull, Optional.of(NO_ANSWER_YET)), heldWait(asking), TimeUnit.MILLISECONDS)
                : within(patience.missing().get(), pull, answer);
        return inTime.exceptionally(failure -> {
            Throwable cause = cause(failure);
            if (cause instanceof ManifestUnknown || cause instanceof NameUnknown) {
                return new Listed(pull, Optional.empty());
            }
            if (wasListed) {
                return new Listed(pull, Optional.of(String.valueOf(cause.getMessage())));
            }
            throw new CompletionException(cause);
        });
    }

    private Listed takeReferrers(Pull pull, Digest subject, String principal) {
        Pull held = pull;
        if (!holds(pull, subject)) {
            requireName(pull, principal);
            // Clients ask for the referrers of a digest that they have not pulled.
            var _ = taking.manifest(pull, new ByDigest(subject), principal, Optional.empty());
            held = now(pull);
        }
        return taking.referrers(held, subject, principal);
    }

    /** Milliseconds that are left of those which what is held waits for an answer. */
    private long heldWait(Open<?> asking) {
        Duration waited = Duration.between(asking.since(), clock.instant());
        return Math.max(0, patience.held().minus(waited).toMillis());
    }

    private static <T> CompletableFuture<T> within(Duration time, Pull pull, CompletableFuture<T> answer) {
        String upstreamName = pull.through().orElseThrow().upstreamName(pull.name());
        return answer.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS).exceptionally(failure -> {
            Throwable cause = cause(failure);
            throw new CompletionException(
                    cause instanceof TimeoutException
                            ? new UpstreamFailed("the upstream of '" + upstreamName + "' has not answered in "
                                    + time.toSeconds() + " s; pull again, since it is still asked")
                            : cause);
        });
    }

    @Override
    public CompletionStage<Served> ask(Pull pull, Reference reference, ToAsk known, String principal) {
        var question = new Question(pull.name(), reference);
        Open<Served> asking =
                questions.failure(question).map(questions::failed).orElseGet(() -> join(question, pull, principal));
        CompletableFuture<Served> answer = asking.answer().copy();
        if (known.held().isEmpty()) {
            return within(patience.missing().get(), pull, answer);
        }
        ManifestEntry held = known.held().get();
        return answer.completeOnTimeout(
                        new Served(held, Optional.of(NO_ANSWER_YET)), heldWait(asking), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    Throwable cause = cause(failure);
                    if (cause instanceof ManifestUnknown gone) {
                        throw gone;
                    }
                    return new Served(held, Optional.of(String.valueOf(cause.getMessage())));
                });
    }

    private Open<Served> join(Question question, Pull pull, String principal) {
        requireName(pull, principal);
        return questions.ask(
                question,
                pull.through().orElseThrow().remote(),
                principal,
                "'" + question.reference() + "' of '" + pull.name() + "'",
                () -> answered(question, pull, principal));
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

    /** What the name shows by now. The question goes on where it led when it began. */
    private Pull now(Pull pull) {
        return new Pull(pull.name(), repositories.pull(pull.name()).view(), pull.through());
    }

    /** Asks, unless another question has brought what is wanted since the name was resolved. */
    private Served answered(Question question, Pull pull, String principal) {
        Pull now = now(pull);
        return switch (known(now, question.reference())) {
            case Served served -> served;
            case ToAsk asking -> taking.manifest(now, question.reference(), principal, asking.held());
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
