package dev.lading.grant;

import java.util.Set;

/**
 * What a user may do at a name.
 *
 * @param permissions in Pulp's words
 * @param there whether a distribution has this base path
 * @param open whether everybody may pull from it
 */
public record NameRights(Set<String> permissions, boolean there, boolean open) {
    public NameRights {
        permissions = Set.copyOf(permissions);
    }

    /** Whether they may pull here because of a role, whatever everybody may. */
    public boolean pulls() {
        return has("namespace_pull_containerdistribution") || (there && has("pull_containerdistribution"));
    }

    /** Whether they may push here; to a name that is not there, by a right to make it. */
    public boolean pushes() {
        return there
                ? has("namespace_push_containerdistribution") || has("push_containerdistribution")
                : has("namespace_add_containerdistribution") && has("namespace_push_containerdistribution");
    }

    /** Whether they may delete tags, manifests and blobs. */
    public boolean deletes() {
        return has("namespace_modify_content_containerrepository")
                || (there && has("change_containerdistribution") && has("push_containerdistribution"));
    }

    static boolean pushesInNamespace(Set<String> permissions) {
        return permissions.contains("container.namespace_push_containerdistribution");
    }

    private boolean has(String permission) {
        return permissions.contains("container." + permission);
    }
}
