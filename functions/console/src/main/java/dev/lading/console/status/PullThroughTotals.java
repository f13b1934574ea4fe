package dev.lading.console.status;

import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.PullThroughFigures;
import java.time.Instant;
import java.util.Collection;
import java.util.function.ToLongFunction;

/** What this process served of all pull-through remotes together. */
public record PullThroughTotals(Instant since, long hits, long misses, long staleAnswers, long savedBytes) {
    static PullThroughTotals of(PullThroughCounts counts) {
        Collection<PullThroughFigures> all = counts.figures().values();
        return new PullThroughTotals(
                counts.since(),
                sum(all, PullThroughFigures::hits),
                sum(all, PullThroughFigures::misses),
                sum(all, PullThroughFigures::staleAnswers),
                sum(all, PullThroughFigures::savedBytes));
    }

    private static long sum(Collection<PullThroughFigures> all, ToLongFunction<PullThroughFigures> of) {
        return all.stream().mapToLong(of).sum();
    }
}
