package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.history.RepositoryView;
import dev.lading.oci.Tag;
import dev.lading.overview.TagSummaries;
import dev.lading.overview.TagSummary;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Optional;

/** Lists the tags of a version, newest or not. */
@Singleton
class TagLists {
    private static final int IN_PAGE = 50;

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
    }

    /**
     * @param path of the page, below {@code /ui}
     * @param version whose tags they are; empty: the newest's
     */
    TagsPage page(Frame page, RepositoryHead head, RepositoryView view, String path, String version, Asked asked) {
        String prefix = asked.prefix.strip();
        boolean isWhole = !asked.whole.isEmpty() && !prefix.isEmpty();
        TagSummaries.Listed listed = isWhole
                ? new TagSummaries.Listed(whole(view, prefix), Optional.empty())
                : tags.list(view, prefix, asked.after, IN_PAGE, head.views() ? 1 : 0);
        List<TagRow> rows = listed.tags().stream().map(TagRow::of).toList();
        return new TagsPage(
                page,
                head,
                path,
                version,
                rows,
                prefix,
                isWhole,
                listed.next().orElse(""),
                asked.after.isEmpty(),
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
