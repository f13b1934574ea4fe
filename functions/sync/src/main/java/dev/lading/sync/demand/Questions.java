package dev.lading.sync.demand;

import dev.lading.oci.RegistryException;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.oci.RegistryException.RetryLater;
import dev.lading.oci.RegistryException.UpstreamBusy;
import dev.lading.remote.RemoteId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Questions to upstreams: one for each key, however many wait for it, and none for a while after one without a good
 * answer. Thread-safe.
 */
final class Questions<K, T> {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Executor threads;
    private final Places places;
    private final InstantSource clock;

    /** Those without a good answer. */
    private final ShortMemory<K, RegistryException> failed;

    /** Those under way. Guarded by this. */
    private final Map<K, Open<T>> open = new HashMap<>();

    /** @param remembered how long one without a good answer is not asked again */
    Questions(Executor threads, Places places, InstantSource clock, Duration remembered) {
        this.threads = threads;
        this.places = places;
        this.clock = clock;
        this.failed = new ShortMemory<>(clock, remembered);
    }

    /** A question under way. */
    record Open<T>(CompletableFuture<T> answer, Instant since) {}

    /** Why a question had no good answer a moment ago. */
    Optional<RegistryException> failure(K key) {
        return failed.get(key);
    }

    /**
     * Asks, unless that is asked already, or had no good answer a moment ago.
     *
     * @param what is asked for, in words that tell nothing of others' pulls
     */
    synchronized Open<T> ask(K key, RemoteId remote, String principal, String what, Supplier<T> asked) {
        Open<T> same = open.get(key);
        if (same != null) {
            return same;
        }
        Optional<RegistryException> before = failed.get(key);
        if (before.isPresent()) {
            return failed(before.get());
        }
        if (!places.take(remote, principal)) {
            return failed(new UpstreamBusy(what, RETRY_AFTER));
        }
        var begun = new Open<T>(new CompletableFuture<>(), clock.instant());
        open.put(key, begun);
        threads.execute(() -> run(key, begun.answer(), asked, remote, principal));
        return begun;
    }

    /** One that is not asked. */
    Open<T> failed(RegistryException why) {
        return new Open<>(CompletableFuture.failedFuture(why), clock.instant());
    }

    private void run(K key, CompletableFuture<T> answer, Supplier<T> asked, RemoteId remote, String principal) {
        try {
            T answered = asked.get();
            end(key, remote, principal);
            answer.complete(answered);
        } catch (RuntimeException | Error e) {
            // Of those that are to be repeated or may not, another may be let in.
            if (e instanceof RegistryException why && !(e instanceof RetryLater || e instanceof Denied)) {
                failed.put(key, why);
            }
            end(key, remote, principal);
            answer.completeExceptionally(e);
        }
    }

    /** Before anybody hears the answer, so that who asks then begins anew. */
    private synchronized void end(K key, RemoteId remote, String principal) {
        open.remove(key);
        places.giveBack(remote, principal);
    }
}
