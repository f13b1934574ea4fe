package dev.lading.history;

import dev.lading.history.row.Content;
import dev.lading.history.row.ContentUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The newest units of one table that a large version added or moved to, so that a list begins without all of its rows.
 *
 * @param units newest first
 * @param more whether the version has others, which are all older
 */
public record NewestUnits(String table, List<Unit> units, boolean more) {
    /** Units kept; with the longest names, those of all tables are half of what one record may hold. */
    public static final int MOST = 300;

    /** @param name of its row */
    public record Unit(String name, UUID id) {}

    public NewestUnits {
        units = units == null ? List.of() : List.copyOf(units);
    }

    /** Selects them from the rows of a version as they are written. */
    public static final class Selection {
        private final Map<String, PriorityQueue<Unit>> byTable = new TreeMap<>();

        public Selection() {
            Content.TABLES
                    .keySet()
                    .forEach(table -> byTable.put(table, new PriorityQueue<>(Comparator.comparing(Unit::id))));
        }

        public void add(Content row) {
            PriorityQueue<Unit> newest = byTable.get(row.table().name());
            if (row.present() && newest != null) {
                row.unit().map(ContentUnit::id).ifPresent(id -> {
                    newest.add(new Unit(row.name(), id));
                    // One beyond the limit stays, and tells that there are more.
                    if (newest.size() > MOST + 1) {
                        newest.remove();
                    }
                });
            }
        }

        public List<NewestUnits> tables() {
            List<NewestUnits> all = new ArrayList<>();
            byTable.forEach((table, newest) -> {
                Stream<Unit> sorted =
                        newest.stream().sorted(Comparator.comparing(Unit::id).reversed());
                all.add(new NewestUnits(table, sorted.limit(MOST).toList(), newest.size() > MOST));
            });
            return all;
        }
    }
}
