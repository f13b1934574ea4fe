package dev.lading.remote;

import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is pulled through one remote. Thread-safe. */
public final class PullThroughCounter {
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder staleAnswers = new LongAdder();
    private final LongAdder servedBytes = new LongAdder();
    private final LongAdder fetchedBytes = new LongAdder();
    private final LongAdder upstreamRequests = new LongAdder();
    private volatile Limit limit = new Limit(OptionalLong.empty(), OptionalLong.empty());

    private record Limit(OptionalLong all, OptionalLong remaining) {}

    public void hit() {
        hits.increment();
    }

    public void missed() {
        misses.increment();
    }

    /** Counts the bytes of an answer's body. */
    public void served(long bytes) {
        servedBytes.add(bytes);
    }

    /** Counts a hit that was served while the upstream gave no good answer. */
    public void stale() {
        staleAnswers.increment();
    }

    public void fetched(long bytes) {
        fetchedBytes.add(bytes);
    }

    public void requested() {
        upstreamRequests.increment();
    }

    public void limited(OptionalLong all, OptionalLong remaining) {
        limit = new Limit(all, remaining);
    }

    PullThroughFigures figures() {
        Limit said = limit;
        return new PullThroughFigures(
                hits.sum(),
                misses.sum(),
                staleAnswers.sum(),
                servedBytes.sum(),
                fetchedBytes.sum(),
                upstreamRequests.sum(),
                said.all(),
                said.remaining());
    }
}
