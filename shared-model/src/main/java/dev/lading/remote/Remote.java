package dev.lading.remote;

import dev.lading.account.PrincipalId;
import dev.lading.account.Sponsor;
import dev.lading.metadata.Key;
import dev.lading.metadata.Labels;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.Optional;

/**
 * An upstream repository: its address, the selection of its content, and connection settings.
 *
 * @param sponsor who last said which upstream repository it is; empty: an administrator
 */
public record Remote(
        RemoteId id,
        RemoteSettings settings,
        Optional<Sponsor> sponsor,
        Instant created,
        Instant updated,
        long revision)
        implements Revised {
    private static final String PARTITION = "all";
    public static final Table<Remote> TABLE = Table.audited("remote", Remote.class, r -> key(r.id()));
    private static final NameIndex<String, NameIndex.Named> NAMES =
            NameIndex.plain("remote-name", name -> new Key(name, "remote"));
    private static final NameIndex<String, NameIndex.Named> PULL_THROUGH_NAMES =
            NameIndex.plain("remote-name", name -> new Key(name, "pull-through"));

    static NameIndex<String, NameIndex.Named> names(RemoteKind kind) {
        return kind == RemoteKind.CONTAINER ? NAMES : PULL_THROUGH_NAMES;
    }

    NameIndex<String, NameIndex.Named> names() {
        return names(settings.kind());
    }

    public static Key key(RemoteId id) {
        return new Key(PARTITION, id.toString());
    }

    /** All remotes. */
    public static Query all(int limit) {
        return newestFirst(limit);
    }

    static Query newestFirst(int limit) {
        return Query.descending(PARTITION, "0", "~", limit);
    }

    Remote with(RemoteSettings changed, Optional<PrincipalId> by, Instant now) {
        return new Remote(
                id, changed, chooses(changed, by) ? Optional.of(new Sponsor(by)) : sponsor, created, now, revision + 1);
    }

    /** Whoever changes a connection may change whom it reaches; an administrator answers for an address they gave. */
    private boolean chooses(RemoteSettings changed, Optional<PrincipalId> by) {
        return by.isPresent()
                ? !changed.labelled(Labels.NONE).equals(settings.labelled(Labels.NONE))
                : !changed.url().equals(settings.url())
                        || !changed.upstreamName().equals(settings.upstreamName());
    }

    /** The entry of this remote's name. */
    NameIndex.Named named() {
        return new NameIndex.Named(settings.name(), id.value());
    }
}
