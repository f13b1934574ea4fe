package dev.lading.access;

import java.util.Locale;

/** What a handler needs its caller to be allowed. */
public enum Permission {
    /** None: everybody who reaches the registry may call it. */
    NONE,

    /** Credentials of ours, whoever they belong to. */
    CREDENTIALS,

    /** To be shown private names among the others. The list is open; it leaves out what its caller may not see. */
    CATALOG,

    /** Reading from the repository that the path names. */
    PULL,

    /** Writing to it. */
    PUSH,

    /** Deleting from it. */
    DELETE,

    /** The signed state of one upload, which its location carries. */
    UPLOAD_STATE,

    /** To change what is no repository's content. */
    ADMINISTRATION;

    /** The action that grants it on a repository. Source: docker's token authentication specification, "Token Scope". */
    public String action() {
        return name().toLowerCase(Locale.ROOT);
    }
}
