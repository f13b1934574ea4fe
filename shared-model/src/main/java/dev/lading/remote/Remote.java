package dev.lading.remote;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.UUID;

/** An upstream repository: where it is, what of it is wanted, and how it is reached. */
public record Remote(UUID id, RemoteSettings settings, Instant created, Instant updated, long revision)
        implements Revised {
    private static final String PARTITION = "all";
    public static final Table<Remote> TABLE = new Table<>("remote", Remote.class, r -> key(r.id()));

    static Key key(UUID id) {
        return new Key(PARTITION, id.toString());
    }

    static Query newestFirst(int limit) {
        return Query.descending(PARTITION, "0", "~", limit);
    }

    Remote with(RemoteSettings changed, Instant now) {
        return new Remote(id, changed, created, now, revision + 1);
    }

    /** The remote with a name. */
    record Named(String name, UUID id) {
        static final Table<Named> TABLE = new Table<>("remote-name", Named.class, n -> key(n.name()));

        static Key key(String name) {
            return new Key(name, "remote");
        }
    }
}
