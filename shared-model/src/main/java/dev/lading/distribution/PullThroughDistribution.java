package dev.lading.distribution;

import dev.lading.history.PullThrough;
import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Duration;
import java.time.Instant;

/** A base path beneath which an upstream's repositories are pulled, and made here by that. */
public record PullThroughDistribution(
        DistributionId id, PullThroughSettings settings, Instant created, Instant updated, long revision)
        implements Revised {
    private static final String PARTITION = "all";
    public static final Table<PullThroughDistribution> TABLE =
            Table.audited("pull-through", PullThroughDistribution.class, d -> key(d.id()));
    static final NameIndex<String, NameIndex.Named> NAMES =
            NameIndex.plain("pull-through-name", name -> new Key(name, "pull-through"));

    public static Key key(DistributionId id) {
        return new Key(PARTITION, id.toString());
    }

    static Query newestFirst(int limit) {
        return Query.descending(PARTITION, "0", "~", limit);
    }

    PullThroughDistribution with(PullThroughSettings changed, Instant now) {
        return new PullThroughDistribution(id, changed, created, now, revision + 1);
    }

    NameIndex.Named named() {
        return new NameIndex.Named(settings.name(), id.value());
    }

    ThroughPath path() {
        return new ThroughPath(settings.basePath(), id);
    }

    /** What pulls need of it. */
    public PullThrough through() {
        return new PullThrough(
                id.value(),
                settings.basePath(),
                settings.remote(),
                settings.restricted(),
                settings.anonymousFetch(),
                Duration.ofSeconds(settings.freshnessSeconds()),
                settings.hidesGone(),
                settings.retainVersions());
    }
}
