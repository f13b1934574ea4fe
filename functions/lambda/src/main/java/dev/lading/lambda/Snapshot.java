package dev.lading.lambda;

import dev.lading.random.Randomness;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.jboss.logging.Logger;

/**
 * SnapStart's hooks. Before the snapshot everything a first request needs is used once; after a restore every copy
 * reseeds its randomness. Source: AWS Lambda, "Implement code before or after Lambda function snapshots".
 */
@Startup
@Singleton
public final class Snapshot implements Resource {
    private static final Logger LOG = Logger.getLogger(Snapshot.class);

    private final Iterable<SnapshotPart> parts;

    @Inject
    Snapshot(@Any Instance<SnapshotPart> parts) {
        this((Iterable<SnapshotPart>) parts);
    }

    Snapshot(Iterable<SnapshotPart> parts) {
        this.parts = parts;
        Core.getGlobalContext().register(this);
    }

    /**
     * Primes all parts. One that fails costs a first request some milliseconds; without a snapshot there would be no
     * function.
     */
    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        for (SnapshotPart part : parts) {
            try {
                part.prime();
            } catch (Exception e) {
                LOG.warnf(e, "not primed: %s", part);
            }
            part.forget();
        }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        Randomness.renew();
        parts.forEach(SnapshotPart::forget);
    }
}
