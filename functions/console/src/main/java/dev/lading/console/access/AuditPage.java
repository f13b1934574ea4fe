package dev.lading.console.access;

import dev.lading.audit.AuditEntry;
import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.time.Instant;
import java.util.List;

/**
 * @param hour as addresses have it
 * @param until the hour's end
 * @param later the hour after; empty: it has not begun
 * @param next where the next page begins; empty: this is the last
 */
public record AuditPage(
        Frame page,
        Tabs tabs,
        List<Row> rows,
        String hour,
        Instant from,
        Instant until,
        String earlier,
        String later,
        String who,
        String action,
        String next,
        boolean first)
        implements TemplateInstance {
    private static final int OUTCOMES = 5;

    /**
     * A change.
     *
     * @param name of who made it, while they are there; empty: the principal says it
     * @param link path below {@code /ui} of their page; empty: they have none
     */
    public record Row(AuditEntry entry, String name, String link) {
        public List<String> outcome() {
            return entry.outcome().stream().limit(OUTCOMES).toList();
        }

        public int more() {
            return Math.max(0, entry.outcome().size() - OUTCOMES);
        }
    }
}
