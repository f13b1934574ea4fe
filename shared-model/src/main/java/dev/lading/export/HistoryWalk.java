package dev.lading.export;

import dev.lading.bundle.document.DocumentEntry.BlobChange;
import dev.lading.bundle.document.DocumentEntry.ChangeEntry;
import dev.lading.bundle.document.DocumentEntry.ManifestChange;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.bundle.document.DocumentEntry.OfVersion;
import dev.lading.bundle.document.DocumentEntry.TagChange;
import dev.lading.bundle.document.DocumentWriter;
import dev.lading.history.Difference;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.Tag;
import dev.lading.repository.VersionService;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Goes through the versions of one repository, and finds what they changed. */
final class HistoryWalk {
    /** An order that depends on nothing but the changes. */
    private static final Comparator<ChangeEntry> ORDER =
            Comparator.comparingInt(HistoryWalk::rank).thenComparing(ChangeEntry::name);

    private final VersionService versions;
    private final BundleContents contents;
    private final Chosen chosen;

    /** Tags that the versions set, as the last of them shows them. */
    private final SortedMap<Tag, Digest> tags = new TreeMap<>(Comparator.comparing(Tag::value));

    HistoryWalk(VersionService versions, BundleContents contents, Chosen chosen) {
        this.versions = versions;
        this.contents = contents;
        this.chosen = chosen;
    }

    /**
     * What of a repository is exported.
     *
     * @param from number of the version that the other side has; empty: it has none
     * @param held which blobs of that version the other side holds
     */
    record Chosen(Repository repository, Optional<Long> from, Predicate<Digest> held, RepositoryVersion last) {
        WrittenBundle.Part part() {
            return new WrittenBundle.Part(repository.id(), from, last.version());
        }
    }

    Repository repository() {
        return chosen.repository();
    }

    SortedMap<Tag, Digest> tags() {
        return tags;
    }

    void write(DocumentWriter document) throws IOException {
        RepositoryId id = repository().id();
        RepositorySettings settings = repository().settings();
        long last = chosen.last().version();
        contents.begin(chosen.held());
        document.write(
                new OfRepository(id, settings.name(), settings.description(), settings.labels(), chosen.from(), last));
        // What changed since one that was deleted is not known any more.
        boolean complete =
                chosen.from().filter(from -> versions.find(id, from).isEmpty()).isPresent();
        long next = chosen.from().map(from -> from + 1).orElse(0L);
        while (next <= last) {
            RepositoryVersion version = versions.firstFrom(id, next)
                    .filter(each -> each.version() <= last)
                    .orElseThrow(() -> new EntityUnknown("version", last));
            document.write(new OfVersion(
                    version.version(),
                    version.created(),
                    version.base(),
                    version.note(),
                    complete ? Optional.of(true) : Optional.empty()));
            document.write(changes(id, version.version(), complete).stream());
            complete = false;
            next = version.version() + 1;
        }
    }

    private List<ChangeEntry> changes(RepositoryId id, long number, boolean complete) {
        RepositoryView view = versions.view(id, number);
        try (Stream<Difference> differences = complete ? all(view) : versions.changes(id, number)) {
            return differences
                    .flatMap(difference -> change(view, difference).stream())
                    // One more is refused.
                    .limit(DocumentWriter.MAX_CHANGES + 1L)
                    .sorted(ORDER)
                    .toList();
        }
    }

    private static Stream<Difference> all(RepositoryView view) {
        return Content.<Content>inTables(view::stream)
                .flatMap(row -> Difference.between(row, Optional.empty(), Optional.of(row)));
    }

    private Optional<ChangeEntry> change(RepositoryView view, Difference difference) {
        boolean removed = difference.added().isEmpty();
        Content row = difference.added().or(difference::removed).orElseThrow();
        return switch (row) {
            case ManifestEntry manifest -> {
                if (!removed) {
                    contents.add(view, manifest);
                }
                yield Optional.of(new ManifestChange(
                        manifest.digest(), manifest.mediaType(), manifest.sizeBytes(), manifest.subject(), removed));
            }
            case BlobEntry blob -> {
                if (!removed) {
                    contents.add(view, blob);
                }
                yield Optional.of(new BlobChange(blob.digest(), blob.sizeBytes(), removed));
            }
            case TagEntry tag -> Optional.of(change(view, tag, removed));
            // It comes and goes with its manifest.
            case ReferrerEntry referrer -> Optional.empty();
        };
    }

    private TagChange change(RepositoryView view, TagEntry tag, boolean removed) {
        if (removed) {
            tags.remove(tag.tag());
            return new TagChange(tag.tag(), Optional.empty());
        }
        tag.digest().flatMap(view::manifest).ifPresent(manifest -> contents.add(view, manifest));
        tags.put(tag.tag(), tag.digest().orElseThrow());
        return new TagChange(tag.tag(), tag.digest());
    }

    private static int rank(ChangeEntry change) {
        return switch (change) {
            case ManifestChange manifest -> 0;
            case BlobChange blob -> 1;
            case TagChange tag -> 2;
        };
    }
}
