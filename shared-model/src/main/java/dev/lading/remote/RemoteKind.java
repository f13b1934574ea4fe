package dev.lading.remote;

/** Kinds of remotes in Pulp's API, each with names of its own. */
public enum RemoteKind {
    /** A repository of a registry. */
    CONTAINER,

    /** A registry, whose repositories are named by what is pulled. Its includes and excludes are of their names. */
    PULL_THROUGH
}
