package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.overview.TagDifferences.Compared;
import dev.lading.overview.TagDifferences.Side;
import io.quarkus.qute.TemplateInstance;

/**
 * What a promotion or a roll back would change, with the button that does it.
 *
 * @param head of the repository that is changed
 * @param note as it was entered
 * @param problem why it was not done; empty: it was not tried
 */
record PreviewPage(Frame page, RepositoryHead head, Plan plan, String note, String problem, boolean first)
        implements TemplateInstance {
    /**
     * @param source whose content the repository is to hold
     * @param now its newest version
     */
    public record Plan(RepositoryHead head, Side source, Side now, Compared changes) {
        public boolean isPromotion() {
            return !source.id().equals(now.id());
        }

        /** Where the page is and its form leads, below {@code /ui}. */
        public String path() {
            return head.path() + (isPromotion() ? "promote" : "restore");
        }

        public String query() {
            return "version=" + source.number() + (isPromotion() ? "&source=" + source.id() : "");
        }

        public String sourceName() {
            return source.repository().settings().name();
        }

        /** Where the images of a tag that would move are compared, below {@code /ui}. */
        public String detail() {
            return new DiffPage.Sides(now, source).detail(head);
        }

        /** Whether no tag would change. */
        public boolean changesNone() {
            return changes.tags().isEmpty() && changes.next().isEmpty();
        }

        public boolean hasEqualCounts() {
            return source.version().present().equals(now.version().present());
        }

        public long pinned() {
            return head.repository().pins().size();
        }
    }
}
