package dev.lading.console.through;

import dev.lading.distribution.PullThroughDistribution;
import dev.lading.remote.PullThroughFigures;
import dev.lading.remote.Remote;
import java.util.Optional;

/**
 * A pull-through cache, as far as its caller may know.
 *
 * @param remote empty: they may not see it
 * @param figures of this process; empty: of a remote that they may not see, or functions count elsewhere
 */
public record ThroughView(
        PullThroughDistribution distribution, Optional<Remote> remote, Optional<PullThroughFigures> figures) {
    public String id() {
        return distribution.id().toString();
    }

    public String basePath() {
        return distribution.settings().basePath().value();
    }

    public String upstream() {
        return remote.map(found -> found.settings().url().text()).orElse("");
    }

    /** Hits of a hundred answers; empty: there were none. */
    public Optional<Long> hitPercent() {
        return figures.filter(counted -> counted.hits() + counted.misses() > 0)
                .map(counted -> counted.hits() * 100 / (counted.hits() + counted.misses()));
    }

    public boolean hasLimit() {
        return figures.filter(counted -> counted.rateLimitRemaining().isPresent())
                .isPresent();
    }

    public long remaining() {
        return figures.map(counted -> counted.rateLimitRemaining().orElse(0)).orElse(0L);
    }
}
