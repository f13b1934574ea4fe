package dev.lading.access;

/** What a handler needs its caller to be allowed. */
public enum Permission {
    /** Nothing: everybody who reaches the registry may call it. */
    NONE,

    /** Names the caller may see are listed, others are left out. */
    CATALOG,

    /** To read from the repository that the path names. */
    PULL,

    /** To write to it. */
    PUSH,

    /** To delete from it. */
    DELETE,

    /** The signed state of one upload, which its location carries. */
    UPLOAD_STATE,

    /** To change what is no repository's content. */
    ADMINISTRATION
}
