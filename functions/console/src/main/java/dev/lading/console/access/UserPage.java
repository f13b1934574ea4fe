package dev.lading.console.access;

import dev.lading.account.Group;
import dev.lading.account.User;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

record UserPage(
        Frame page, Tabs tabs, User user, List<Group> groups, GivenRoles.Rows given, FormInput form, String done)
        implements TemplateInstance {}
