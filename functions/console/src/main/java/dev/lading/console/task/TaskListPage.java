package dev.lading.console.task;

import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param list in which order it is
 * @param states there are
 * @param state only such; empty: all
 * @param name that is part of theirs; empty: all
 * @param next the task behind which the next page begins; empty: this is the last
 */
record TaskListPage(
        Frame page,
        ListOrder list,
        List<TaskView> tasks,
        List<String> states,
        String state,
        String name,
        String next,
        boolean first)
        implements TemplateInstance {}
