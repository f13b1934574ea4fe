package dev.lading.remote;

import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Instant;

/** An upstream repository: its address, the selection of its content, and connection settings. */
public record Remote(RemoteId id, RemoteSettings settings, Instant created, Instant updated, long revision)
        implements Revised {
    private static final String PARTITION = "all";
    public static final Table<Remote> TABLE = new Table<>("remote", Remote.class, r -> key(r.id()));
    static final NameIndex<String, NameIndex.Named> NAMES =
            NameIndex.plain("remote-name", name -> new Key(name, "remote"));

    public static Key key(RemoteId id) {
        return new Key(PARTITION, id.toString());
    }

    static Query newestFirst(int limit) {
        return Query.descending(PARTITION, "0", "~", limit);
    }

    Remote with(RemoteSettings changed, Instant now) {
        return new Remote(id, changed, created, now, revision + 1);
    }

    /** The entry of this remote's name. */
    NameIndex.Named named() {
        return new NameIndex.Named(settings.name(), id.value());
    }
}
