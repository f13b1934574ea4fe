package dev.lading.console.access;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.grant.Role;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Set;

/**
 * @param list in which order it is
 * @param words that names, descriptions or permissions contain
 * @param next where the next page begins; empty: this is the last
 * @param permissions that a role may have
 * @param ticked of the form's
 */
record RoleListPage(
        Frame page,
        ListOrder list,
        Tabs tabs,
        List<Role> roles,
        String words,
        String next,
        boolean first,
        Set<String> permissions,
        List<String> ticked,
        FormInput form,
        String done)
        implements TemplateInstance {}
