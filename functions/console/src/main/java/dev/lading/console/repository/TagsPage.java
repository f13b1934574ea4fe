package dev.lading.console.repository;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param path of this page, below {@code /ui}
 * @param version whose tags they are, if it is not the page of the repository itself; else empty
 * @param prefix that names begin with
 * @param whole whether it is a whole name
 * @param next where the next page begins; empty: this is the last
 * @param tab of the repository's that it is under
 * @param example a tag for commands to pull
 */
record TagsPage(
        Frame page,
        RepositoryHead head,
        String path,
        String version,
        List<TagRow> tags,
        String prefix,
        boolean whole,
        String next,
        boolean first,
        String tab,
        String example)
        implements TemplateInstance {}
