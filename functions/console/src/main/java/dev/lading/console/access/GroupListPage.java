package dev.lading.console.access;

import dev.lading.account.Group;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param list in which order it is
 * @param prefix that names begin with
 * @param next where the next page begins; empty: this is the last
 * @param makes whether the caller may make one
 */
record GroupListPage(
        Frame page,
        ListOrder list,
        Tabs tabs,
        List<Group> groups,
        String prefix,
        String next,
        boolean first,
        boolean makes,
        FormInput form,
        String done)
        implements TemplateInstance {}
