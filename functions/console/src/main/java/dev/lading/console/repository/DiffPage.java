package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.overview.TagDifferences.Compared;
import dev.lading.overview.TagDifferences.Side;
import io.quarkus.qute.TemplateInstance;
import java.util.Optional;

/**
 * @param from as it was asked for; empty: nothing was
 * @param to as it was asked for
 * @param other name of another repository whose version the second is; empty: it is this one's
 * @param problem of what was asked for; empty: none
 * @param sides both versions; empty: nothing is compared
 */
record DiffPage(
        Frame page,
        RepositoryHead head,
        String from,
        String to,
        String other,
        String problem,
        Optional<Sides> sides,
        Compared changes,
        boolean first)
        implements TemplateInstance {
    /** Two versions, in the order in which they are compared. */
    public record Sides(Side from, Side to) {
        public boolean isWithin() {
            return from.id().equals(to.id());
        }

        public String query() {
            return "from=" + from.number() + "&to=" + to.number() + (isWithin() ? "" : "&other=" + to.id());
        }

        /** Name of the second's repository. */
        public String other() {
            return to.repository().settings().name();
        }

        /** Where the images of a tag that moved are compared, below {@code /ui}. */
        public String detail(RepositoryHead head) {
            return head.path() + "diff/image?" + query();
        }

        public boolean rollsBack(RepositoryHead head) {
            return isWithin()
                    && head.modifies()
                    && to.number() != head.repository().version();
        }
    }
}
