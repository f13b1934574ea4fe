package dev.lading.imports;

import dev.lading.bundle.document.DocumentEntry.ChangeEntry;
import dev.lading.bundle.document.DocumentEntry.ManifestChange;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.commit.BulkHistory;
import dev.lading.history.Changes;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.oci.Digest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The versions of a repository in a bundle as they are made here. */
final class ImportedVersions {
    private final BundleDocument document;
    private final OfRepository repository;
    private final ImportedRows rows;

    ImportedVersions(BundleDocument document, OfRepository repository, ImportedRows rows) {
        this.document = document;
        this.repository = repository;
        this.rows = rows;
    }

    ImportedRows rows() {
        return rows;
    }

    private Stream<BundleDocument.Version> read() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(document.read(repository), 0), false);
    }

    /** Those after a number, as a history. */
    Iterator<BulkHistory.Version> after(long number) {
        return read().filter(version -> version.entry().number() > number)
                .map(version -> new BulkHistory.Version(
                        version.entry().number(),
                        version.entry().created(),
                        version.entry().base(),
                        version.entry().note(),
                        before -> steps(version, before)))
                .iterator();
    }

    private Iterator<Changes> steps(BundleDocument.Version version, RepositoryView before) {
        Set<Digest> added = added(version.changes());
        Stream<Changes> set = version.changes().stream().flatMap(change -> rows.set(before, change, added));
        return Stream.concat(set, version.entry().showsAll() ? gone(version, before) : Stream.empty())
                .iterator();
    }

    /** Removes what the version before shows, and one whose all is said does not. */
    private static Stream<Changes> gone(BundleDocument.Version version, RepositoryView before) {
        Set<String> shown =
                version.changes().stream().map(ImportedVersions::key).collect(Collectors.toSet());
        return Content.<Content>inTables(before::stream)
                .filter(row -> !shown.contains(ImportedState.key(row)))
                .map(row -> ImportedRows.removed(before, row));
    }

    static Set<Digest> added(List<ChangeEntry> changes) {
        return changes.stream()
                .filter(change -> change instanceof ManifestChange manifest && !manifest.removed())
                .map(change -> ((ManifestChange) change).digest())
                .collect(Collectors.toSet());
    }

    /** What all of them together changed, each name once. */
    List<ChangeEntry> sum() {
        Map<String, ChangeEntry> sum = new LinkedHashMap<>();
        read().flatMap(version -> version.changes().stream()).forEach(change -> sum.put(key(change), change));
        return new ArrayList<>(sum.values());
    }

    static String key(ChangeEntry change) {
        return change.getClass().getSimpleName() + " " + change.name();
    }
}
