package dev.lading.content;

import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Labels;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Labels of content units, kept apart from the units, which never change and are in many repositories. */
public final class UnitLabels {
    private final MetadataStore store;
    private final InstantSource clock;

    public UnitLabels(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The labels of one unit; absent for one that never had any. */
    record Stored(UUID unit, Labels labels, long revision) implements Revised {
        static final Table<Stored> TABLE = Table.audited("unit-labels", Stored.class, s -> key(s.unit()));

        Stored {
            labels = labels == null ? Labels.NONE : labels;
        }

        static Key key(UUID unit) {
            return new Key(unit.toString(), "labels");
        }
    }

    public Labels of(UUID unit) {
        return store.get(Stored.TABLE, Stored.key(unit)).map(Stored::labels).orElse(Labels.NONE);
    }

    public void change(UUID unit, UnaryOperator<Labels> change) {
        OptimisticRetry.until(clock, () -> {
            Optional<Stored> before = store.get(Stored.TABLE, Stored.key(unit));
            Labels labels = change.apply(before.map(Stored::labels).orElse(Labels.NONE));
            var after =
                    new Stored(unit, labels, before.map(s -> s.revision() + 1).orElse(0L));
            Condition condition = before.map(Condition::unchanged).orElse(Condition.absent());
            return store.write(Write.put(Stored.TABLE, after, condition)) ? Optional.of(after) : Optional.empty();
        });
    }
}
