package dev.lading.console.access;

import dev.lading.console.Frame;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.account.RobotResource;
import java.util.Optional;

/**
 * The parts of Access that somebody is shown.
 *
 * @param current the one that the page is of
 * @param administration whether the administrator looks at it, who has users and the audit besides
 */
public record Tabs(String current, boolean administration, boolean groups, boolean robots) {
    /** Reads at most what the caller was given, twice, and the groups among it. */
    public static Tabs of(String current, Frame page, Rights rights, VisibleObjects visible) {
        return new Tabs(
                current,
                page.administrator(),
                rights.onEverything("add_group")
                        || rights.onEverything("view_group")
                        || !visible.groups(rights, "", Optional.empty(), 1).records().isEmpty(),
                rights.onEverything(RobotResource.MANAGES)
                        || !visible.namespacesWith(rights, RobotResource.MANAGES).isEmpty());
    }

    public boolean is(String name) {
        return current.equals(name);
    }
}
