package dev.lading.audit;

import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/** Reads what was changed, and forgets what is old. */
public final class AuditService {
    private static final Duration HOUR = Duration.ofHours(1);

    /** How far behind the limit entries are looked for, each day: as long as a registry may have stood still. */
    private static final Duration BEHIND = Duration.ofDays(14);

    private static final int PAGE = 100;

    private final MetadataStore store;
    private final InstantSource clock;

    public AuditService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The entries of this hour and the one before, newest first. */
    public Stream<AuditEntry> latest() {
        return between(clock.instant().minus(HOUR), clock.instant());
    }

    /** The entries since a time's hour, newest first; one read for each hour, and for each {@value #PAGE} entries. */
    public Stream<AuditEntry> since(Instant time) {
        return between(time, clock.instant());
    }

    /** The entries of one hour, as {@code 2026-11-28T13}, newest first. */
    public Stream<AuditEntry> ofHour(String hour) {
        return store.stream(AuditEntry.TABLE, Query.descending(hour, "0", "~", PAGE));
    }

    /** A part of the entries of one hour, newest first; one read. */
    public Page<AuditEntry> ofHour(String hour, Optional<String> after, int limit) {
        return store.query(
                AuditEntry.TABLE, Query.descending(hour, "0", "~", limit).resumed(after));
    }

    private Stream<AuditEntry> between(Instant from, Instant to) {
        return Stream.iterate(to, hour -> !hour.isBefore(from), hour -> hour.minus(HOUR))
                .map(AuditEntry::hour)
                .flatMap(this::ofHour);
    }

    /** Deletes entries older than {@link AuditEntry#KEPT}. Idempotent. */
    public void forgetOld() {
        Instant limit = clock.instant().minus(AuditEntry.KEPT).minus(HOUR);
        between(limit.minus(BEHIND), limit)
                .map(entry -> Write.delete(AuditEntry.TABLE, entry))
                .gather(Gatherers.windowFixed(PAGE))
                .forEach(store::write);
    }
}
