package dev.lading.console.distribution;

import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.distribution.Distribution;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Optional;

/**
 * @param list in which order it is
 * @param prefix that base paths begin with
 * @param next where the next page begins; empty: this is the last
 */
record DistributionListPage(Frame page, ListOrder list, List<Row> rows, String prefix, String next, boolean first)
        implements TemplateInstance {
    /**
     * A distribution.
     *
     * @param serves what its caller may know of what is served
     */
    public record Row(Distribution distribution, Optional<Served> serves) {
        public String basePath() {
            return distribution.settings().basePath().value();
        }
    }
}
