package dev.lading.overview;

/** Orders that tags are listed in. */
public enum TagOrder {
    BY_NAME,
    BY_NAME_DESCENDING,

    /** By the version that set each tag last, the newest first; those that one version set, by name. */
    NEWEST_SET
}
