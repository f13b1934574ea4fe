package dev.lading.console.repository;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param next number that the next page begins with; empty: this is the last
 * @param done what was done just now; empty: nothing
 */
record TimelinePage(
        Frame page, RepositoryHead head, List<VersionLine> versions, String next, boolean first, String done)
        implements TemplateInstance {}
