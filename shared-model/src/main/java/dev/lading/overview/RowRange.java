package dev.lading.overview;

import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * All rows of names that follow each other, found by one read, so that what any version shows of them is known.
 *
 * @param next where the next read begins; empty: there are no more names
 */
record RowRange<C extends Content>(SequencedMap<String, List<C>> rows, Optional<String> next) {
    /**
     * @param from any text that the first name is not before
     * @param to any text that begins no name behind the last; such a name is among them
     * @param after {@link #next} of the read before, or {@link #behind} a name; one outside of the range counts for none
     */
    static <C extends Content> RowRange<C> read(
            MetadataStore store,
            Table<C> table,
            RepositoryId repository,
            String from,
            String to,
            Optional<String> after,
            int limit) {
        Query range = Query.ascending(repository.toString(), from.isEmpty() ? " " : from, to + "~", limit);
        return of(store.query(table, range.resumed(after)), RowRange::behind);
    }

    /**
     * The names that begin with a text, from the last to the first.
     *
     * @param after {@link #next} of the read before, or {@link #before} a name; one outside of the range counts for none
     */
    static <C extends Content> RowRange<C> backwards(
            MetadataStore store,
            Table<C> table,
            RepositoryId repository,
            String prefix,
            Optional<String> after,
            int limit) {
        Query range = Query.descending(repository.toString(), prefix.isEmpty() ? " " : prefix, prefix + "~", limit);
        return of(store.query(table, range.resumed(after)), RowRange::before);
    }

    private static <C extends Content> RowRange<C> of(Page<C> page, UnaryOperator<String> end) {
        SequencedMap<String, List<C>> rows = new LinkedHashMap<>();
        page.records()
                .forEach(row -> rows.computeIfAbsent(row.name(), name -> new ArrayList<>())
                        .add(row));
        if (page.next().isEmpty() || rows.size() < 2) {
            // The history of one name may be longer than a read; what a view shows of it is looked up then.
            return new RowRange<>(
                    rows,
                    page.next()
                            .map(next -> rows.isEmpty()
                                    ? next
                                    : end.apply(rows.lastEntry().getKey())));
        }
        rows.pollLastEntry();
        return new RowRange<>(rows, Optional.of(end.apply(rows.lastEntry().getKey())));
    }

    static String behind(String name) {
        return Content.sort(name, Content.PENDING);
    }

    /** Where a read goes on that comes from the names behind one; all of that one's rows are left out. */
    static String before(String name) {
        return name + "#";
    }

    /** What a version shows, by name. */
    Map<String, C> shown(Table<C> table, RepositoryView view) {
        Map<String, C> shown = new LinkedHashMap<>();
        rows.forEach((name, all) ->
                newest(table, name, all, view).filter(Content::present).ifPresent(row -> shown.put(name, row)));
        return shown;
    }

    private Optional<C> newest(Table<C> table, String name, List<C> all, RepositoryView view) {
        if (next.isPresent() && rows.size() == 1) {
            return view.row(table, name).map(table.type()::cast);
        }
        return all.stream()
                .filter(row -> row.version() <= view.version())
                .max(Comparator.comparingLong(Content::version));
    }
}
