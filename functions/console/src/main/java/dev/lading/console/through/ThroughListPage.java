package dev.lading.console.through;

import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import io.quarkus.qute.TemplateInstance;
import java.time.Instant;
import java.util.List;

/**
 * @param list in which order it is
 * @param since when this process began to count
 * @param counted whether this process counts at all
 * @param next where the next page begins; empty: this is the last
 */
record ThroughListPage(
        Frame page,
        ListOrder list,
        List<ThroughView> caches,
        Instant since,
        boolean counted,
        String next,
        boolean first)
        implements TemplateInstance {}
