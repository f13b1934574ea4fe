package dev.lading.console.robot;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.console.access.Tabs;
import dev.lading.grant.Role;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param list in which order it is
 * @param namespaces whose robots the caller manages; empty: all, by the role that they have on everything
 * @param namespace whose robots are shown; empty: all
 * @param next where the next page begins; empty: this is the last
 * @param roles that are given on a namespace
 */
record RobotListPage(
        Frame page,
        ListOrder list,
        Tabs tabs,
        List<String> namespaces,
        String namespace,
        List<RobotRow> robots,
        String next,
        boolean first,
        List<Role> roles,
        FormInput form,
        String done)
        implements TemplateInstance {}
