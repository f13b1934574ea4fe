package dev.lading.grant;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A named set of permissions. Those here are built in and Pulp's, by name and by what they allow; administrators make
 * others. Permissions are named as in Pulp: {@code namespace_pull_containerdistribution} is that on every distribution
 * of a namespace.
 *
 * @param created empty: it is built in, and nobody changes it
 */
public record Role(
        UUID id, String name, String description, List<String> permissions, Optional<Instant> created, long revision)
        implements Revised {
    static final Table<Role> TABLE = Table.audited("role", Role.class, role -> key(role.name()));
    private static final String PARTITION = "all";
    static final String NAMESPACE_OWNER = "container.containernamespace_owner";
    private static final String DISTRIBUTION_OWNER = "container.containerdistribution_owner";
    private static final String REPOSITORY_OWNER = "container.containerrepository_owner";
    private static final String FILE_REPOSITORY_OWNER = "file.filerepository_owner";
    private static final String GROUP_OWNER = "core.group_owner";
    private static final String REMOTE_OWNER = "container.containerremote_owner";
    private static final String PULL_THROUGH_OWNER = "container.containerpullthroughdistribution_owner";
    private static final String PULL_THROUGH_REMOTE_OWNER = "container.containerpullthroughremote_owner";
    /** The role that a robot is made with. */
    public static final String COLLABORATOR = "container.containernamespace_collaborator";

    static final String NAMESPACE_CREATOR = "container.containernamespace_creator";

    private static final List<String> NAMESPACE_CONSUMER = permissions(
            "view_containernamespace",
            "namespace_view_containerdistribution",
            "namespace_pull_containerdistribution",
            "namespace_view_containerrepository");

    private static final List<String> NAMESPACE_COLLABORATOR = and(
            NAMESPACE_CONSUMER,
            "namespace_add_containerdistribution",
            "namespace_change_containerdistribution",
            "namespace_delete_containerdistribution",
            "namespace_push_containerdistribution",
            "namespace_change_containerrepository",
            "namespace_modify_content_containerrepository");

    private static final List<String> DISTRIBUTION_CONSUMER =
            permissions("view_containerdistribution", "pull_containerdistribution");

    private static final List<String> DISTRIBUTION_COLLABORATOR =
            and(DISTRIBUTION_CONSUMER, "push_containerdistribution");

    private static final List<String> CONTENT_MANAGER = permissions(
            "view_containerrepository",
            "sync_containerrepository",
            "modify_content_containerrepository",
            "build_image_containerrepository",
            "delete_containerrepository_versions");

    private static final List<String> PULL_THROUGH_CONSUMER =
            permissions("view_containerpullthroughdistribution", "pull_new_containerdistribution");

    private static final Role CONTENT_LABELER = new Role(
            "core.content_labeler",
            "Set labels of the content that one sees, and take them off",
            List.of("core.manage_content_labels"));

    /** The built-in roles, in the order of their names. */
    public static final List<Role> BUILT_IN = Stream.of(
                    CONTENT_LABELER,
                    new Role("core.group_creator", "Make groups", List.of("core.add_group")),
                    new Role(
                            GROUP_OWNER,
                            "Everything with a group: who is in it, and giving roles on it",
                            List.of(
                                    "core.view_group",
                                    "core.change_group",
                                    "core.delete_group",
                                    "core.manage_roles_group")),
                    new Role(
                            "file.filerepository_creator",
                            "Make repositories of files",
                            List.of("file.add_filerepository")),
                    new Role(
                            FILE_REPOSITORY_OWNER,
                            "Everything with a repository of files, and giving roles on it",
                            List.of(
                                    "file.view_filerepository",
                                    "file.modify_filerepository",
                                    "file.change_filerepository",
                                    "file.delete_filerepository",
                                    "file.manage_roles_filerepository")),
                    new Role(
                            "file.filerepository_viewer",
                            "See a repository of files, and build with them",
                            List.of("file.view_filerepository")),
                    new Role("core.group_viewer", "See a group, and who is in it", List.of("core.view_group")),
                    new Role(
                            NAMESPACE_CREATOR,
                            "Make namespaces that are not there, by pushing or by a distribution",
                            permissions("add_containernamespace")),
                    new Role(
                            NAMESPACE_OWNER,
                            "Everything in a namespace, and giving roles in it",
                            and(
                                    NAMESPACE_COLLABORATOR,
                                    "delete_containernamespace",
                                    "manage_roles_containernamespace")),
                    new Role(COLLABORATOR, "Push, pull and change everything in a namespace", NAMESPACE_COLLABORATOR),
                    new Role(
                            "container.containernamespace_consumer",
                            "See and pull everything in a namespace",
                            NAMESPACE_CONSUMER),
                    new Role(
                            "container.containerdistribution_creator",
                            "Make distributions in namespaces that are there",
                            permissions("add_containerdistribution")),
                    new Role(
                            DISTRIBUTION_OWNER,
                            "Push, pull, change and delete a distribution, and give roles on it",
                            and(
                                    DISTRIBUTION_COLLABORATOR,
                                    "change_containerdistribution",
                                    "delete_containerdistribution",
                                    "manage_roles_containerdistribution")),
                    new Role(
                            "container.containerdistribution_collaborator",
                            "Push to and pull from a distribution",
                            DISTRIBUTION_COLLABORATOR),
                    new Role(
                            "container.containerdistribution_consumer",
                            "See and pull from a distribution",
                            DISTRIBUTION_CONSUMER),
                    new Role(
                            "container.containerrepository_creator",
                            "Make repositories",
                            permissions("add_containerrepository")),
                    new Role(
                            REPOSITORY_OWNER,
                            "Everything with a repository, and giving roles on it",
                            and(
                                    CONTENT_MANAGER,
                                    "change_containerrepository",
                                    "delete_containerrepository",
                                    "manage_roles_containerrepository")),
                    new Role(
                            "container.containerrepository_content_manager",
                            "See a repository, sync it and change its content",
                            CONTENT_MANAGER),
                    new Role(
                            "container.containerrepository_open_builder",
                            "Build images with a way to the internet, where one may build",
                            permissions("build_open_containerrepository")),
                    new Role(
                            "container.containerrepository_viewer",
                            "See a repository",
                            permissions("view_containerrepository")),
                    new Role(
                            "container.containerpullthroughdistribution_creator",
                            "Make pull-through distributions in namespaces that are there",
                            permissions("add_containerpullthroughdistribution")),
                    new Role(
                            PULL_THROUGH_OWNER,
                            "Pull through a distribution, change and delete it, and give roles on it",
                            and(
                                    PULL_THROUGH_CONSUMER,
                                    "change_containerpullthroughdistribution",
                                    "delete_containerpullthroughdistribution",
                                    "manage_roles_containerpullthroughdistribution")),
                    new Role(
                            "container.containerpullthroughdistribution_collaborator",
                            "See a pull-through distribution, and pull what is new through it",
                            PULL_THROUGH_CONSUMER),
                    new Role(
                            "container.containerpullthroughdistribution_consumer",
                            "See a pull-through distribution, and pull what is new through it",
                            PULL_THROUGH_CONSUMER),
                    new Role(
                            "container.containerpullthroughremote_creator",
                            "Make pull-through remotes",
                            permissions("add_containerpullthroughremote")),
                    new Role(
                            PULL_THROUGH_REMOTE_OWNER,
                            "Everything with a pull-through remote, and giving roles on it",
                            permissions(
                                    "view_containerpullthroughremote",
                                    "change_containerpullthroughremote",
                                    "delete_containerpullthroughremote",
                                    "manage_roles_containerpullthroughremote")),
                    new Role(
                            "container.containerpullthroughremote_viewer",
                            "See a pull-through remote",
                            permissions("view_containerpullthroughremote")),
                    new Role("container.containerremote_creator", "Make remotes", permissions("add_containerremote")),
                    new Role(
                            REMOTE_OWNER,
                            "Everything with a remote, and giving roles on it",
                            permissions(
                                    "view_containerremote",
                                    "change_containerremote",
                                    "delete_containerremote",
                                    "manage_roles_containerremote")),
                    new Role("container.containerremote_viewer", "See a remote", permissions("view_containerremote")))
            .sorted((one, other) -> one.name().compareTo(other.name()))
            .toList();

    private static final Map<String, Role> BY_NAME =
            BUILT_IN.stream().collect(Collectors.toUnmodifiableMap(Role::name, Function.identity()));

    public Role {
        // Empty attributes are not stored.
        description = description == null ? "" : description;
        permissions = permissions == null ? List.of() : List.copyOf(permissions);
    }

    private Role(String name, String description, List<String> permissions) {
        this(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                name,
                description,
                permissions,
                Optional.empty(),
                0);
    }

    static Key key(String name) {
        return new Key(PARTITION, name);
    }

    /** All that administrators made, by name. */
    static Query all(int limit) {
        return Query.ascending(PARTITION, "!", "~", limit);
    }

    public boolean isBuiltIn() {
        return created.isEmpty();
    }

    /** A built-in role. */
    static Optional<Role> builtIn(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The role that whoever makes such an object is given on it. */
    static String owner(Target.Kind kind) {
        return switch (kind) {
            case EVERYTHING -> throw new IllegalArgumentException("nobody makes everything");
            case NAMESPACE -> NAMESPACE_OWNER;
            case DISTRIBUTION -> DISTRIBUTION_OWNER;
            case REPOSITORY -> REPOSITORY_OWNER;
            case FILE_REPOSITORY -> FILE_REPOSITORY_OWNER;
            case REMOTE -> REMOTE_OWNER;
            case PULL_THROUGH -> PULL_THROUGH_OWNER;
            case PULL_THROUGH_REMOTE -> PULL_THROUGH_REMOTE_OWNER;
            case GROUP -> GROUP_OWNER;
        };
    }

    /** Its permissions that mean something on such an object, without the plugin in front. */
    public List<String> permissionsOn(Target.Kind kind) {
        return permissions.stream()
                .filter(kind::isOf)
                .map(permission -> permission.substring(permission.indexOf('.') + 1))
                .toList();
    }

    /** Every permission that means something here. */
    public static Set<String> allPermissions() {
        return BUILT_IN.stream()
                .flatMap(role -> role.permissions().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every permission that a role gives on such an object. */
    public static List<String> allOn(Target.Kind kind) {
        return BUILT_IN.stream()
                .flatMap(role -> role.permissionsOn(kind).stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether it has a permission that means something on such an object. */
    public boolean isGivenOn(Target.Kind kind) {
        return permissions.stream().anyMatch(kind::isOf);
    }

    private static List<String> permissions(String... names) {
        return Stream.of(names).map(name -> "container." + name).toList();
    }

    private static List<String> and(List<String> others, String... names) {
        return Stream.concat(others.stream(), permissions(names).stream()).toList();
    }
}
