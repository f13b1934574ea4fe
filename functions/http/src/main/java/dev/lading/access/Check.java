package dev.lading.access;

import dev.lading.history.Pull;
import dev.lading.oci.RepositoryName;

/** A permission on a resource: what a request needs, and what {@link Authorizer} decides on. */
public record Check(Permission permission, Resource resource) {
    public static final Check CREDENTIALS = new Check(Permission.CREDENTIALS, new Resource.Registry());
    public static final Check CATALOG = new Check(Permission.CATALOG, new Resource.Registry());
    public static final Check SIGNED_IN = new Check(Permission.SIGNED_IN, new Resource.Registry());
    public static final Check SESSION = new Check(Permission.SESSION, new Resource.Registry());
    public static final Check ADMINISTRATION = new Check(Permission.ADMINISTRATION, new Resource.Registry());

    /** The resource that a permission applies to. */
    public sealed interface Resource {
        /** The registry as a whole. */
        record Registry() implements Resource {}

        /** A repository, by the name that clients push to. */
        record Named(RepositoryName name) implements Resource {}

        /** A name to pull from, with its record as it was read, so that deciding reads nothing. */
        record Pulled(Pull pull) implements Resource {}
    }

    public static Check pull(Pull pull) {
        return new Check(Permission.PULL, new Resource.Pulled(pull));
    }

    /** To have an upstream asked for what is pulled. */
    public static Check fetch(Pull pull) {
        return new Check(Permission.FETCH, new Resource.Pulled(pull));
    }

    /** @param permission to push or to delete */
    public static Check change(Permission permission, RepositoryName name) {
        return new Check(permission, new Resource.Named(name));
    }
}
