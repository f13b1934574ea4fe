package dev.lading.grant;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.account.PrincipalId;
import dev.lading.distribution.DistributionId;
import dev.lading.history.RepositoryKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What a role is given on: everything, a namespace, or an object.
 *
 * @param id a namespace's name, or an object's id; empty for everything
 */
public record Target(Kind kind, String id) {
    public static final Target EVERYTHING = new Target(Kind.EVERYTHING, "");

    /** Kinds of objects, with the permissions that mean something on them. */
    public enum Kind {
        EVERYTHING,
        NAMESPACE,
        DISTRIBUTION,
        REPOSITORY,
        FILE_REPOSITORY,
        REMOTE,
        PULL_THROUGH,
        PULL_THROUGH_REMOTE,
        GROUP;

        private static final String PULL_NEW = "container.pull_new_containerdistribution";
        private static final String OF_NAMESPACES = "container.namespace_";
        private static final Pattern MAKING = Pattern.compile("(container|core|file)\\.add_.*");

        /** Whether a permission means something on such an object. */
        boolean isOf(String permission) {
            return switch (this) {
                case EVERYTHING -> true;
                case NAMESPACE -> permission.startsWith(OF_NAMESPACES) || is(permission, "_containernamespace");
                case DISTRIBUTION -> isOfObject(permission, "_containerdistribution") && !permission.equals(PULL_NEW);
                case PULL_THROUGH ->
                    isOfObject(permission, "_containerpullthroughdistribution") || permission.equals(PULL_NEW);
                case PULL_THROUGH_REMOTE -> isOfObject(permission, "_containerpullthroughremote");
                case REPOSITORY ->
                    isOfObject(permission, "_containerrepository")
                            || isOfObject(permission, "_containerrepository_versions");
                case FILE_REPOSITORY -> is(permission, "_filerepository");
                case REMOTE -> isOfObject(permission, "_containerremote");
                case GROUP -> permission.startsWith("core.") && is(permission, "_group");
            };
        }

        private static boolean isOfObject(String permission, String object) {
            return !permission.startsWith(OF_NAMESPACES) && is(permission, object);
        }

        private static boolean is(String permission, String object) {
            return permission.endsWith(object) && !MAKING.matcher(permission).matches();
        }

        /** Its name, as keys and forms have it. */
        public String text() {
            return switch (this) {
                case EVERYTHING -> "everything";
                case NAMESPACE -> "namespace";
                case DISTRIBUTION -> "distribution";
                case REPOSITORY -> "repository";
                case FILE_REPOSITORY -> "file-repository";
                case REMOTE -> "remote";
                case PULL_THROUGH -> "pull-through";
                case PULL_THROUGH_REMOTE -> "pull-through-remote";
                case GROUP -> "group";
            };
        }
    }

    public static Target namespace(String name) {
        return new Target(Kind.NAMESPACE, name);
    }

    public static Target distribution(DistributionId id) {
        return new Target(Kind.DISTRIBUTION, id.toString());
    }

    public static Target repository(RepositoryId id) {
        return new Target(Kind.REPOSITORY, id.toString());
    }

    public static Target repository(RepositoryKind kind, RepositoryId id) {
        return kind == RepositoryKind.CONTAINER ? repository(id) : new Target(Kind.FILE_REPOSITORY, id.toString());
    }

    public static Target remote(RemoteId id) {
        return new Target(Kind.REMOTE, id.toString());
    }

    /** @param id of a pull-through distribution */
    public static Target pullThrough(DistributionId id) {
        return new Target(Kind.PULL_THROUGH, id.toString());
    }

    public static Target remote(RemoteKind kind, RemoteId id) {
        return kind == RemoteKind.CONTAINER ? remote(id) : new Target(Kind.PULL_THROUGH_REMOTE, id.toString());
    }

    public static Target group(PrincipalId id) {
        return new Target(Kind.GROUP, id.toString());
    }

    @JsonCreator
    static Target parse(String text) {
        String[] parts = text.split("/", 2);
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.text().equals(parts[0]))
                .findFirst()
                .map(kind -> new Target(kind, parts.length < 2 ? "" : parts[1]))
                .orElseThrow(() -> new EntityUnknown("kind of object", parts[0]));
    }

    /** The text in keys, which no other target's begins with and a space. */
    @JsonValue
    @Override
    public String toString() {
        return id.isEmpty() ? kind.text() : kind.text() + "/" + id;
    }
}
