package dev.lading.history.row;

import dev.lading.metadata.Table;
import java.util.Optional;
import java.util.stream.Stream;

/** The kinds of content in versions, as Pulp's container plugin divides them. */
public enum ContentKind {
    /** A tag on one manifest; on another manifest it is another unit. */
    TAG(0),
    MANIFEST(1),
    BLOB(2);

    /** Number in the ids of units, so it must never change. */
    final int code;

    ContentKind(int code) {
        this.code = code;
    }

    /** The table of its rows. */
    public Table<? extends Content> table() {
        return switch (this) {
            case TAG -> TagEntry.TABLE;
            case MANIFEST -> ManifestEntry.TABLE;
            case BLOB -> BlobEntry.TABLE;
        };
    }

    /** The kind of a table's rows, if they count as content. */
    public static Optional<ContentKind> in(String table) {
        return Stream.of(values())
                .filter(kind -> kind.table().name().equals(table))
                .findFirst();
    }
}
