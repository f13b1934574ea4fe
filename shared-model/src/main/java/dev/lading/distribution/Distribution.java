package dev.lading.distribution;

import dev.lading.history.PullPath;
import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.Optional;

/** A base path and the repository or version served at it. Pulls read its {@link PullPath} instead. */
public record Distribution(
        DistributionId id, DistributionSettings settings, Instant created, Instant updated, long revision)
        implements Revised {
    private static final String PARTITION = "all";
    public static final Table<Distribution> TABLE = Table.audited("distribution", Distribution.class, d -> key(d.id()));
    public static final NameIndex<String, NameIndex.Named> NAMES =
            NameIndex.plain("distribution-name", name -> new Key(name, "distribution"));

    public static Key key(DistributionId id) {
        return new Key(PARTITION, id.toString());
    }

    /** All distributions, in order of creation. */
    static Query all(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    public static Distribution first(DistributionId id, DistributionSettings settings, Instant now) {
        return new Distribution(id, settings, now, now, 0);
    }

    public Distribution with(DistributionSettings changed, Instant now) {
        return new Distribution(id, changed, created, now, revision + 1);
    }

    boolean servesAs(Distribution other) {
        DistributionSettings others = other.settings;
        return settings.basePath().equals(others.basePath())
                && settings.repository().equals(others.repository())
                && settings.version().equals(others.version())
                && settings.restricted() == others.restricted();
    }

    /** The path's record for pulls; empty: nothing is pulled here. */
    public Optional<PullPath> serving(long newest) {
        return settings.repository()
                .map(repository -> new PullPath(
                        settings.basePath(),
                        repository,
                        settings.version().orElse(newest),
                        settings.version().isPresent(),
                        settings.restricted(),
                        settings.through(),
                        revision));
    }

    /** The entry of this distribution's name. */
    public NameIndex.Named named() {
        return new NameIndex.Named(settings.name(), id.value());
    }

    /** The entry of this distribution's base path. */
    public BasePathIndex.Entry at() {
        return new BasePathIndex.Entry(settings.basePath(), id, settings.restricted());
    }
}
