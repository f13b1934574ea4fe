package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param list in which order it is
 * @param next number that the next page begins with or, oldest first, behind which it does; empty: this is the last
 * @param done what was done just now; empty: nothing
 */
record TimelinePage(
        Frame page,
        ListOrder list,
        RepositoryHead head,
        List<VersionLine> versions,
        String next,
        boolean first,
        String done)
        implements TemplateInstance {}
