package dev.lading.console.mirror;

import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param list in which order it is
 * @param prefix that names begin with
 * @param next where the next page begins; empty: this is the last
 */
record MirrorListPage(Frame page, ListOrder list, List<MirrorView> mirrors, String prefix, String next, boolean first)
        implements TemplateInstance {}
