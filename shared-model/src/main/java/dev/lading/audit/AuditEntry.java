package dev.lading.audit;

import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import dev.lading.metadata.UuidV7;
import dev.lading.metadata.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A change, written in its transaction: there is neither one without the other. Kept by hours, so that those of a time
 * are read without the rest, and for {@link #KEPT}.
 *
 * @param outcome what was created, changed, written and deleted, by kind and key, as {@code created user/7}
 */
public record AuditEntry(String hour, UUID id, Actor actor, List<String> outcome) {
    public static final Duration KEPT = Duration.ofDays(90);

    static final Table<AuditEntry> TABLE =
            new Table<>("audit", AuditEntry.class, entry -> key(entry.hour(), entry.id()));

    /** Limit on what a transaction's entry names; the action says what they have in common. */
    private static final int MAX_OUTCOME = 20;

    public AuditEntry {
        // Empty attributes are not stored.
        outcome = outcome == null ? List.of() : List.copyOf(outcome);
    }

    static AuditEntry of(Actor actor, List<Write> writes, Instant now) {
        List<String> outcome = writes.stream()
                .filter(AuditEntry::isChange)
                .map(AuditEntry::outcome)
                .limit(MAX_OUTCOME)
                .toList();
        return new AuditEntry(hour(now), UuidV7.random(now), actor, outcome);
    }

    static boolean isChange(Write write) {
        return write.table().isAudited() && !(write instanceof Write.Check);
    }

    private static String outcome(Write write) {
        String done = write instanceof Write.Delete
                ? "deleted "
                : switch (write.condition()) {
                    case Condition.Absent absent -> "created ";
                    case Condition.AtRevision revision -> "changed ";
                    case Condition.Present present -> "changed ";
                    case Condition.Anything anything -> "wrote ";
                };
        Key key = write.key();
        String kind = write.table().name();
        return Stream.of(key.partition(), key.sort())
                .filter(part -> !part.equals("all") && !part.equals(kind))
                .collect(Collectors.joining("/", done + kind + "/", ""));
    }

    /** The hour of a time in UTC, as {@code 2026-11-28T13}. */
    public static String hour(Instant time) {
        return time.toString().substring(0, "2026-11-28T13".length());
    }

    static Key key(String hour, UUID id) {
        return new Key(hour, id.toString());
    }

    public Instant at() {
        return UuidV7.time(id);
    }
}
