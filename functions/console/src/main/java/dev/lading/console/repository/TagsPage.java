package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param list in which order it is
 * @param version whose tags they are, if it is not the page of the repository itself; else empty
 * @param prefix that names begin with
 * @param whole whether it is a whole name
 * @param next where the next page begins; empty: this is the last
 * @param oldest if tags that this version or earlier ones set may be missing, since the order cannot be told; else empty
 * @param tab of the repository's that it is under
 * @param example a tag for commands to pull
 */
record TagsPage(
        Frame page,
        RepositoryHead head,
        ListOrder list,
        String version,
        List<TagRow> tags,
        String prefix,
        boolean whole,
        String next,
        boolean first,
        String oldest,
        String tab,
        String example)
        implements TemplateInstance {}
