package dev.lading.console.access;

import dev.lading.account.Group;
import dev.lading.account.User;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Optional;

/**
 * @param next where the next page of members begins; empty: this is the last
 * @param changes whether the caller may rename it, and say who is in it
 * @param given empty: the caller may not know
 */
record GroupPage(
        Frame page,
        Tabs tabs,
        Group group,
        List<User> members,
        String next,
        boolean first,
        boolean changes,
        boolean deletes,
        Optional<GivenRoles.Rows> given,
        FormInput form,
        String done)
        implements TemplateInstance {}
