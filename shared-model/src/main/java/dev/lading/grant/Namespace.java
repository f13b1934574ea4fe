package dev.lading.grant;

import dev.lading.account.PrincipalId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Labels;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.RepositoryName;
import java.time.Instant;
import java.util.Optional;

/**
 * A namespace that somebody made: the first component of base paths. One that has only base paths, as an administrator's
 * pushes leave it, has no record and is there all the same.
 *
 * @param maker empty: an administrator
 */
public record Namespace(String name, Optional<PrincipalId> maker, Labels labels, Instant created) {
    /** Where the registry keeps layers of builds. No user can make it, and so own it. */
    public static final String BUILD_CACHES = "build-cache";

    private static final String PARTITION = "all";

    static final Table<Namespace> TABLE = Table.audited("namespace", Namespace.class, each -> key(each.name()));

    public Namespace {
        labels = labels == null ? Labels.NONE : labels;
    }

    static Key key(String name) {
        return new Key(PARTITION, name);
    }

    /** All that were made, by name. */
    static Query all(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    /** The namespace that a repository is in. */
    public static String of(RepositoryName name) {
        return name.value().split("/", 2)[0];
    }

    Write make() {
        return Write.put(TABLE, this, Condition.absent());
    }

    boolean isOf(PrincipalId user) {
        return maker.equals(Optional.of(user));
    }
}
