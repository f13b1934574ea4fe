package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.history.RepositoryView;
import dev.lading.oci.Tag;
import dev.lading.overview.TagOrder;
import dev.lading.overview.TagSummaries;
import dev.lading.overview.TagSummary;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Lists the tags of a version, newest or not. */
@Singleton
class TagLists {
    private static final int IN_PAGE = 50;

    /** By the names that queries have. */
    private static final Map<String, TagOrder> ORDERS =
            Map.of("name", TagOrder.BY_NAME, "-name", TagOrder.BY_NAME_DESCENDING, "-set", TagOrder.NEWEST_SET);

    private final TagSummaries tags;

    TagLists(TagSummaries tags) {
        this.tags = tags;
    }

    /** What a list of tags is asked for. */
    public static class Asked {
        @QueryParam("prefix")
        @DefaultValue("")
        String prefix = "";

        @QueryParam("whole")
        @DefaultValue("")
        String whole = "";

        @QueryParam("after")
        @DefaultValue("")
        String after = "";

        @QueryParam("order")
        @DefaultValue("")
        String order = "";
    }

    /**
     * @param path of the page, below {@code /ui}
     * @param version whose tags they are; empty: the newest's
     */
    TagsPage page(Frame page, RepositoryHead head, RepositoryView view, String path, String version, Asked asked) {
        String prefix = asked.prefix.strip();
        boolean isWhole = !asked.whole.isEmpty() && !prefix.isEmpty();
        ListOrder order = ListOrder.of(
                page.ui() + path,
                List.of("name", "-name", "-set"),
                asked.order,
                "prefix",
                prefix,
                "whole",
                isWhole ? "yes" : "");
        // To know that another version is there has taken a read.
        int lookUps = head.views() && version.isEmpty() ? 1 : 0;
        TagSummaries.Listed listed = isWhole
                ? new TagSummaries.Listed(whole(view, prefix), Optional.empty(), OptionalLong.empty())
                : tags.list(
                        view,
                        ORDERS.getOrDefault(order.order(), TagOrder.BY_NAME),
                        prefix,
                        asked.after,
                        IN_PAGE,
                        lookUps);
        List<TagRow> rows = listed.tags().stream().map(TagRow::of).toList();
        return new TagsPage(
                page,
                head,
                order,
                version,
                rows,
                prefix,
                isWhole,
                listed.next().orElse(""),
                asked.after.isEmpty(),
                listed.oldest().isPresent() ? Long.toString(listed.oldest().getAsLong()) : "",
                version.isEmpty() ? "tags" : "timeline",
                rows.stream()
                        .filter(row -> !row.companion())
                        .map(TagRow::name)
                        .findFirst()
                        .orElse("latest"));
    }

    private List<TagSummary> whole(RepositoryView view, String name) {
        return Tag.isValid(name)
                ? tags.summaries(view, view.tagEntry(new Tag(name)).stream().toList(), 1)
                : List.of();
    }
}
