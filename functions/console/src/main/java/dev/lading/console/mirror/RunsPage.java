package dev.lading.console.mirror;

import dev.lading.console.Frame;
import dev.lading.history.Repository;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param next the task behind which the next page begins; empty: there are no more
 * @param looked how many tasks were looked at for this page
 */
record RunsPage(Frame page, Repository repository, List<Outcome> runs, String next, int looked)
        implements TemplateInstance {}
