package dev.lading.console.mirror;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param prefix that names begin with
 * @param next where the next page begins; empty: this is the last
 */
record MirrorListPage(Frame page, List<MirrorView> mirrors, String prefix, String next, boolean first)
        implements TemplateInstance {}
