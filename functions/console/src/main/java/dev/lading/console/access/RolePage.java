package dev.lading.console.access;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.grant.Role;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Set;

/**
 * @param changes whether the caller may change it
 * @param permissions that a role may have
 * @param ticked of the form's
 */
record RolePage(
        Frame page,
        Tabs tabs,
        Role role,
        boolean changes,
        Set<String> permissions,
        List<String> ticked,
        FormInput form,
        String done)
        implements TemplateInstance {}
