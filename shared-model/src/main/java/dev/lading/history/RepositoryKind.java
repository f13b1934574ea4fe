package dev.lading.history;

/** Kinds of repositories in Pulp's API. Names are unique among all of them. */
public enum RepositoryKind {
    /** Holds images and other artifacts, which are pushed and pulled. */
    CONTAINER,

    /** Holds files, as a build's context. Nothing is pulled from it. */
    FILE
}
