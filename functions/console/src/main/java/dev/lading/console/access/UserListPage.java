package dev.lading.console.access;

import dev.lading.account.User;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param list in which order it is
 * @param prefix that names begin with
 * @param next where the next page begins; empty: this is the last
 */
record UserListPage(
        Frame page,
        ListOrder list,
        Tabs tabs,
        List<User> users,
        String prefix,
        String next,
        boolean first,
        FormInput form,
        String done)
        implements TemplateInstance {}
