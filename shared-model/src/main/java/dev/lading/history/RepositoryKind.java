package dev.lading.history;

/** Kinds of repositories in Pulp's API. Names are unique among all of them. */
public enum RepositoryKind {
    /** Of images and other artifacts, which are pushed and pulled. */
    CONTAINER,

    /** Of files, as a build's context. Nothing is pulled from it. */
    FILE
}
