package dev.lading.history.row;

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
}
