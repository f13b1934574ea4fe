package dev.lading.console.access;

import dev.lading.console.Frame;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.account.RobotResource;

/**
 * The parts of Access that somebody is shown.
 *
 * @param current the one that the page is of
 * @param administration whether the administrator looks at it, who has users and the audit besides
 */
public record Tabs(String current, boolean administration, boolean groups, boolean robots) {
    /** One read for what the caller and each of their groups were given, and three for a namespace of their name. */
    public static Tabs of(String current, Frame page, Rights rights, VisibleObjects visible) {
        return new Tabs(
                current,
                page.administrator(),
                visible.anyGroups(rights),
                visible.namespacesWith(rights, RobotResource.MANAGES).findAny().isPresent()
                        || rights.onEverything(RobotResource.MANAGES));
    }

    public boolean shows(String name) {
        return current.equals(name);
    }
}
