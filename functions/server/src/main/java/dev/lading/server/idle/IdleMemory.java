package dev.lading.server.idle;

import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Gives memory back once the server is warm, and whenever nobody has asked anything for a minute after somebody had.
 * The first request after that waits some ten milliseconds longer.
 */
@Singleton
public final class IdleMemory {
    private static final Duration COMPILERS_NEED = Duration.ofSeconds(1);

    /** Since the last look. */
    private volatile boolean wasUsed = true;

    private volatile boolean isGivenBack;
    private final Runnable collectAndGiveBack;

    @Inject
    IdleMemory() {
        this(() -> {
            System.gc();
            NativeMemory.giveBack();
        });
    }

    IdleMemory(Runnable collectAndGiveBack) {
        this.collectAndGiveBack = collectAndGiveBack;
    }

    /** Whether a client asked something, since the last look or a little before. */
    public boolean wasUsed() {
        return wasUsed;
    }

    /** A client asks something. */
    public void use() {
        wasUsed = true;
    }

    /**
     * What the start alone has read can go, once the compilers have had what is queued for them. Garbage stays, since a
     * collection would stop a client that comes now.
     */
    public void startIsOver() {
        wasUsed = false;
        CompletableFuture.delayedExecutor(COMPILERS_NEED.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (!wasUsed) {
                        NativeMemory.giveBack();
                    }
                });
    }

    @Scheduled(every = "1m", delayed = "1m")
    void look() {
        if (wasUsed) {
            wasUsed = false;
            isGivenBack = false;
        } else if (!isGivenBack) {
            collectAndGiveBack.run();
            isGivenBack = true;
        }
    }
}
