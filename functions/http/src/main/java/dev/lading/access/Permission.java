package dev.lading.access;

import java.util.Locale;

/** Permissions that handlers need. */
public enum Permission {
    /** None: everybody who reaches the registry may call it. */
    NONE,

    /** Any valid credentials. */
    CREDENTIALS,

    /** Seeing private names among the others. The list is open; it leaves out what its caller may not see. */
    CATALOG,

    /** Reading from the repository that the path names. */
    PULL,

    /** Having what is not here yet fetched into it. */
    FETCH,

    /** Writing to it. */
    PUSH,

    /** Deleting from it. */
    DELETE,

    /** The signed state of one upload, which its location carries. */
    UPLOAD_STATE,

    /** Being the administrator or a user. The handler declares, or decides by its object, what else they need. */
    SIGNED_IN,

    /**
     * None, in the console, where a login's cookie counts. The handler shows what its caller may see: without a login,
     * what is public.
     */
    VISITOR,

    /** As {@link #SIGNED_IN}, by the console's cookie alone. */
    SESSION,

    /** Being the administrator. */
    ADMINISTRATION;

    /**
     * The action that grants it on a repository. Source: docker's token authentication specification, "Token Scope".
     */
    public String action() {
        return name().toLowerCase(Locale.ROOT);
    }
}
