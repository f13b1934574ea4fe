package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.history.Repository;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param list in which order it is
 * @param version to promote
 * @param targets that the caller may change
 * @param prefix that names begin with
 * @param next where the next page begins; empty: this is the last
 */
record PromoteToPage(
        Frame page,
        ListOrder list,
        RepositoryHead head,
        long version,
        List<Repository> targets,
        String prefix,
        String next,
        boolean first)
        implements TemplateInstance {}
