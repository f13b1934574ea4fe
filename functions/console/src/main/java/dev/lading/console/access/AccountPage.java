package dev.lading.console.access;

import dev.lading.account.Group;
import dev.lading.account.User;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Optional;

/**
 * @param user empty: the administrator
 * @param shown the group whose roles are shown; empty: the user's own are
 */
record AccountPage(
        Frame page,
        Tabs tabs,
        Optional<User> user,
        List<Group> groups,
        Optional<Group> shown,
        Optional<GivenRoles.Rows> given,
        FormInput form,
        String done)
        implements TemplateInstance {}
