package dev.lading.history.row;

/** What versions are made of, as Pulp's container plugin divides it. */
public enum ContentKind {
    /** A tag on one manifest: the same tag on another manifest is another unit. */
    TAG(0),
    MANIFEST(1),
    BLOB(2);

    /** In the ids of units, so it never changes. */
    final int code;

    ContentKind(int code) {
        this.code = code;
    }
}
