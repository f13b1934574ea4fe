package dev.lading.management.content;

import dev.lading.blob.BlobRecord;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentUnit;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.content.ContentModel.Shown;
import dev.lading.operation.Orphans;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists of content, with filters that need look-ups. */
@Singleton
public class ContentLists {
    static final String IN_VERSION = "repository_version";
    static final String ADDED = "repository_version_added";
    static final String REMOVED = "repository_version_removed";

    private final ContentReferences references;
    private final Orphans orphans;

    public final Listing<Shown> tags = member(ContentModel.tags());
    public final Listing<Shown> manifests = member(ContentModel.manifests());
    public final Listing<Shown> blobs = member(ContentModel.blobs());
    public final Listing<Shown> signatures = member(ContentModel.signatures());
    public final Listing<Shown> anyContent = member(ContentModel.any());
    public final Listing<BlobRecord> artifacts = artifacts();

    public ContentLists(ContentReferences references, Orphans orphans) {
        this.references = references;
        this.orphans = orphans;
    }

    /** Adds filters by the versions that hold, added or removed a unit. */
    private Listing<Shown> member(Listing<Shown> listing) {
        return listing.filter(new Filter<>(IN_VERSION, Schema.TEXT, false, values -> {
                    RepositoryView view = references.view(references.version(IN_VERSION, values.getFirst()));
                    return shown -> view.holds(shown.unit());
                }))
                .filter(new Filter<>(ADDED, Schema.TEXT, false, values -> {
                    Set<ContentUnit> added = units(references.added(references.version(ADDED, values.getFirst())));
                    return shown -> added.contains(shown.unit());
                }))
                .filter(new Filter<>(REMOVED, Schema.TEXT, false, values -> {
                    Set<ContentUnit> removed =
                            units(references.removed(references.version(REMOVED, values.getFirst())));
                    return shown -> removed.contains(shown.unit());
                }))
                .filter(between("added_between", (held, holds) -> !held && holds))
                .filter(between("removed_between", (held, holds) -> held && !holds))
                .filter(new Filter<>("orphaned_for", Schema.DECIMAL, false, values -> {
                    double minutes = (Double) Filter.parse("orphaned_for", Schema.DECIMAL, values.getFirst());
                    return shown -> orphans.isOrphaned(shown.unit(), minutes);
                }));
    }

    /** Artifacts with the filters by version and by what is orphaned, which are those of the blob with the bytes. */
    private Listing<BlobRecord> artifacts() {
        return ArtifactModel.list()
                .filter(new Filter<>(IN_VERSION, Schema.TEXT, false, values -> {
                    RepositoryView view = references.view(references.version(IN_VERSION, values.getFirst()));
                    return bytes -> view.holds(BlobEntry.unit(bytes));
                }))
                .filter(new Filter<>("orphaned_for", Schema.DECIMAL, false, values -> {
                    double minutes = (Double) Filter.parse("orphaned_for", Schema.DECIMAL, values.getFirst());
                    return bytes -> orphans.isOrphaned(BlobEntry.unit(bytes), minutes);
                }));
    }

    private static Set<ContentUnit> units(Stream<ContentUnit> units) {
        return units.collect(Collectors.toUnmodifiableSet());
    }

    /** @param passes given whether the first and the second version hold a unit */
    private Filter<Shown> between(String name, BiPredicate<Boolean, Boolean> passes) {
        return new Filter<>(name, Schema.listOf(Schema.TEXT), false, values -> {
            if (values.size() != 2) {
                throw Problem.field(name, "give two versions, with a comma between them");
            }
            RepositoryView base = references.view(references.version(name, values.getFirst()));
            RepositoryView target = references.view(references.version(name, values.getLast()));
            return shown -> passes.test(base.holds(shown.unit()), target.holds(shown.unit()));
        });
    }
}
