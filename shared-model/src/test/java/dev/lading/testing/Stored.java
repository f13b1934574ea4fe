package dev.lading.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The stores' content, read without the services. */
public final class Stored {
    private static final int PAGE = 500;

    private final Registry registry;
    private final MetadataStore store;
    private final BlobStore bytes;

    public Stored(Registry registry, MetadataStore store, BlobStore bytes) {
        this.registry = registry;
        this.store = store;
        this.bytes = bytes;
    }

    public List<String> contents(RepositoryId repository, long version) {
        RepositoryView view = registry.versions.view(repository, version);
        return Content.TABLES.values().stream()
                .flatMap(view::stream)
                .map(row -> row.table().name() + " " + row.name() + " "
                        + row.unit().map(ContentUnit::id).map(Object::toString).orElse(""))
                .sorted()
                .toList();
    }

    public List<String> differences(RepositoryId repository, long from, long to) {
        return registry.versions
                .differences(repository, from, to)
                .map(d -> d.table().name() + " " + d.name() + " " + d.removed().isPresent()
                        + d.added().isPresent())
                .sorted()
                .toList();
    }

    private static Query all(String partition) {
        return Query.ascending(partition, " ", "~", PAGE);
    }

    private Stream<? extends Content> rows(Table<? extends Content> table, RepositoryId repository) {
        return store.stream(table, all(repository.toString()));
    }

    /** All rows of a repository's history. */
    public long rows(RepositoryId repository) {
        return Content.TABLES.values().stream()
                .mapToLong(table -> rows(table, repository).count())
                .sum();
    }

    private List<Repository> repositories() {
        List<Repository> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            var page = registry.repositories.list(after, PAGE);
            all.addAll(page.records());
            after = page.next();
        } while (after.isPresent());
        return all;
    }

    /** Each row of a history as its table and key. */
    public List<String> everything() {
        return repositories().stream()
                .flatMap(r -> Content.TABLES.values().stream().flatMap(table -> rows(table, r.id())))
                .map(row -> row.table().name() + " " + row.name() + "#" + row.version())
                .toList();
    }

    private List<RepositoryContent> holders() {
        return Stream.of(ContentKind.values())
                .flatMap(kind -> HexPartition.ALL.stream()
                        .flatMap(p -> store.stream(RepositoryContent.TABLE, RepositoryContent.all(kind, p, PAGE))))
                .toList();
    }

    public List<BlobRecord> bytes() {
        return HexPartition.ALL.stream()
                .flatMap(p -> store.stream(BlobRecord.TABLE, p.all(PAGE)))
                .toList();
    }

    /** Checks that rows, repositories' references and bytes are complete and that none is left over. */
    public void requireNothingUnreferenced() {
        Set<String> held = repositories().stream()
                .flatMap(r -> Content.TABLES.values().stream().flatMap(table -> rows(table, r.id())))
                .filter(Content::present)
                .flatMap(row ->
                        row.unit().stream().map(unit -> row.repository() + " " + unit.kind() + " " + unit.name()))
                .collect(Collectors.toSet());
        assertThat(holders().stream()
                        .map(h -> h.repository() + " " + h.unit().kind() + " "
                                + h.unit().name())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(held);
        Set<String> keys = repositories().stream()
                .flatMap(r -> Stream.concat(
                        rows(BlobEntry.TABLE, r.id())
                                .map(row ->
                                        ((BlobEntry) row).key().orElseThrow().value()),
                        rows(ManifestEntry.TABLE, r.id())
                                .flatMap(row -> ((ManifestEntry) row).bodyKey().stream())
                                .map(BlobKey::value)))
                .collect(Collectors.toSet());
        assertThat(bytes().stream().map(b -> b.key().value()).toList()).containsExactlyInAnyOrderElementsOf(keys);
    }

    /**
     * Checks that no reference rows are left over. A writer that lost its lease in the middle of a large manifest may
     * leave some; they are harmless.
     */
    public void requireNoFactsAboutOthers() {
        List<String> held = holders().stream()
                .map(h ->
                        h.repository() + " " + h.unit().kind() + " " + h.unit().name())
                .toList();
        for (Repository repository : repositories()) {
            assertThat(store.stream(ContentUse.TABLE, all(repository.id().toString())))
                    .allMatch(use -> held.contains(repository.id() + " MANIFEST " + use.manifest()));
        }
    }

    /** Checks that of all keys ever used only those of blobs have bytes. */
    public void requireNoBytesBut(Set<BlobKey> everUsed) {
        Set<BlobKey> known = bytes().stream().map(BlobRecord::key).collect(Collectors.toSet());
        assertThat(everUsed.stream().filter(key -> !known.contains(key) && hasBytes(key)))
                .isEmpty();
        assertThat(known).allMatch(this::hasBytes);
    }

    private boolean hasBytes(BlobKey key) {
        try {
            return bytes.sizeBytes(key).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
