package dev.lading.distribution;

import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.util.Optional;
import java.util.UUID;

/**
 * Changes whenever a pull through a distribution makes a name, so that what may change only while there is none is not
 * changed beside the first.
 */
public record ThroughUse(UUID through, long revision) implements Revised {
    private static final Table<ThroughUse> TABLE =
            new Table<>("through-use", ThroughUse.class, use -> key(use.through()));

    private static Key key(UUID through) {
        return new Key(through.toString(), "use");
    }

    /** The write that goes with a name that is made. */
    public static Write next(MetadataStore store, UUID through) {
        Optional<ThroughUse> before = store.get(TABLE, key(through));
        long revision = before.map(use -> use.revision() + 1).orElse(0L);
        return Write.put(TABLE, new ThroughUse(through, revision), condition(before));
    }

    /** A condition that no name is made from now on until the write. */
    static Write unchanged(MetadataStore store, UUID through) {
        return new Write.Check(TABLE, key(through), condition(store.get(TABLE, key(through))));
    }

    static Write delete(UUID through) {
        return new Write.Delete(TABLE, key(through), Condition.anything());
    }

    private static Condition condition(Optional<ThroughUse> before) {
        return before.map(Condition::unchanged).orElse(Condition.absent());
    }
}
