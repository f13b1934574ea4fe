package dev.lading.management.repository;

import dev.lading.history.ChangeLog.Named;
import dev.lading.history.Difference;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.content.ContentReferences;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Differences between two versions as the API shows them. An addition of ours to Pulp's. */
public final class DifferenceModel {
    /**
     * One difference.
     *
     * @param name a tag, or a digest
     */
    record Entry(ContentKind kind, String name, Optional<ContentUnit> removed, Optional<ContentUnit> added) {
        String change() {
            return removed.isEmpty() ? "added" : added.isEmpty() ? "removed" : "moved";
        }

        String type() {
            return ContentReferences.kind(kind).label();
        }
    }

    static final Model<Entry> DIFFERENCE = new Model<Entry>("container.Difference")
            .tells("type", Schema.TEXT, Entry::type)
            .tells("name", Schema.TEXT, Entry::name)
            .tells("change", Schema.oneOf(List.of("added", "removed", "moved")), Entry::change)
            .tells("from_digest", Schema.TEXT.orNull(), entry -> entry.removed().map(ContentUnit::digest))
            .tells("to_digest", Schema.TEXT.orNull(), entry -> entry.added().map(ContentUnit::digest));

    public static final Listing<Entry> LIST = byName(new Listing<>(DIFFERENCE))
            .filter("change", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
            .orders("change");

    /** The filters and orders that need no look at what the versions show. */
    static final Listing<Named> NAMES = byName(new Listing<>(new Model<Named>("container.DifferenceName")
            .tells(
                    "type",
                    Schema.TEXT,
                    named -> ContentReferences.kind(named.kind()).label())
            .tells("name", Schema.TEXT, Named::name)));

    private static <T> Listing<T> byName(Listing<T> listing) {
        return listing.filter("type", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
                .filter("name", Schema.TEXT, Lookup.NAMES)
                .ignores("from", Schema.TEXT)
                .ignores("to", Schema.TEXT)
                .orders("type", "name")
                .sortedBy("-type,name");
    }

    static final Model<Void> RESTORE = new Model<Void>("container.Restore")
            .needs("version", Schema.INTEGER.from(0))
            .takes(VersionModel.NOTE, VersionModel.NOTED);

    static final Model<Void> PROMOTE = new Model<Void>("container.Promote")
            .takes("source_repository", Schema.URI)
            .takes("source_repository_version", Schema.URI)
            .takes(VersionModel.NOTE, VersionModel.NOTED);

    public static final List<Model<?>> MODELS = List.of(DIFFERENCE, RESTORE, PROMOTE);

    private DifferenceModel() {}

    /** The entry; none for what is no content of its own, such as a referrers row. */
    static Stream<Entry> entry(Difference difference) {
        Optional<ContentUnit> removed = difference.removed().flatMap(Content::unit);
        Optional<ContentUnit> added = difference.added().flatMap(Content::unit);
        return added.or(() -> removed).stream().map(unit -> new Entry(unit.kind(), difference.name(), removed, added));
    }
}
