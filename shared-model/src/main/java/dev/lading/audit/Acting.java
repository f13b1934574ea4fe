package dev.lading.audit;

import java.lang.ScopedValue.CallableOp;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * For whom the running code changes something: whoever sent the request, or started the task; in a transaction that
 * several share, each of them.
 */
public final class Acting {
    /** For nobody: no change is told of. */
    public static final Acting NOBODY = new Acting(Optional::empty);

    private static final ScopedValue<List<Actor>> BOUND = ScopedValue.newInstance();

    private final Supplier<Optional<Actor>> request;

    /** @param request the actor of the HTTP request that the thread handles, if any */
    public Acting(Supplier<Optional<Actor>> request) {
        this.request = request;
    }

    public List<Actor> actors() {
        return BOUND.isBound() ? BOUND.get() : request.get().stream().toList();
    }

    /** Runs work for others than the thread's own. */
    public <T, X extends Throwable> T as(List<Actor> actors, CallableOp<T, X> work) throws X {
        return ScopedValue.where(BOUND, List.copyOf(actors)).call(work);
    }
}
