package dev.lading.grant;

import java.util.Set;

/**
 * What somebody may do at a name.
 *
 * @param pulls whether they may pull here because of a role, whatever everybody may
 * @param pushes whether they may push here; to a name that is not there, by a right to make it
 * @param deletes whether they may delete tags, manifests and blobs
 * @param fetches whether they may have an upstream asked for what is not here
 * @param open whether everybody may pull from it
 */
public record NameRights(boolean pulls, boolean pushes, boolean deletes, boolean fetches, boolean open) {
    /**
     * What permissions allow at a name.
     *
     * @param held in Pulp's words
     * @param there whether a distribution has this base path
     */
    static NameRights of(Set<String> held, boolean there, boolean open) {
        return new NameRights(
                has(held, "namespace_pull_containerdistribution")
                        || has(held, "pull_new_containerdistribution")
                        || (there && has(held, "pull_containerdistribution")),
                there
                        ? pushesInNamespace(held) || has(held, "push_containerdistribution")
                        : has(held, "namespace_add_containerdistribution") && pushesInNamespace(held),
                has(held, "namespace_modify_content_containerrepository")
                        || (there
                                && has(held, "change_containerdistribution")
                                && has(held, "push_containerdistribution")),
                pushesInNamespace(held) || has(held, "pull_new_containerdistribution"),
                open);
    }

    static boolean pushesInNamespace(Set<String> held) {
        return has(held, "namespace_push_containerdistribution");
    }

    private static boolean has(Set<String> held, String permission) {
        return held.contains("container." + permission);
    }

    /** What both may do. */
    NameRights and(NameRights other) {
        return new NameRights(
                pulls && other.pulls, pushes && other.pushes, deletes && other.deletes, fetches && other.fetches, open);
    }
}
