package dev.lading.imports;

import dev.lading.bundle.document.DocumentEntry.BlobChange;
import dev.lading.bundle.document.DocumentEntry.ChangeEntry;
import dev.lading.bundle.document.DocumentEntry.ManifestChange;
import dev.lading.bundle.document.DocumentEntry.TagChange;
import dev.lading.history.Changes;
import dev.lading.history.Difference;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The newest version of a repository in a bundle as the next one here, whatever is here. */
final class ImportedState {
    private final List<ChangeEntry> changes;
    private final ImportedRows rows;

    /** @param changes from the base to that version, each name once */
    ImportedState(List<ChangeEntry> changes, ImportedRows rows) {
        this.changes = changes;
        this.rows = rows;
    }

    /** @param own differences from the newest version here to the base */
    Stream<Changes> steps(RepositoryView newest, Supplier<Stream<Difference>> own) {
        Set<String> changed = changes.stream().map(ImportedVersions::key).collect(Collectors.toSet());
        Set<Digest> added = ImportedVersions.added(changes);
        return Stream.concat(
                changes.stream().flatMap(change -> rows.set(newest, change, added)),
                own.get()
                        .filter(difference -> !changed.contains(key(row(difference))))
                        .map(difference -> back(newest, difference)));
    }

    private static Content row(Difference difference) {
        return difference.added().or(difference::removed).orElseThrow();
    }

    static String key(Content row) {
        return switch (row) {
            case TagEntry tag -> key(TagChange.class, tag.name());
            case ManifestEntry manifest -> key(ManifestChange.class, manifest.name());
            case BlobEntry blob -> key(BlobChange.class, blob.name());
            case ReferrerEntry referrer ->
                key(ManifestChange.class, referrer.descriptor().digest().toString());
        };
    }

    private static String key(Class<? extends ChangeEntry> change, String name) {
        return change.getSimpleName() + " " + name;
    }

    private static Changes back(RepositoryView newest, Difference difference) {
        Optional<Content> added = difference.added();
        return added.isEmpty()
                ? ImportedRows.removed(newest, difference.removed().orElseThrow())
                : new Changes()
                        .set(added.get().copyTo(newest.repository(), newest.nextVersion()), difference.removed());
    }
}
