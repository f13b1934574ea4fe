package dev.lading.repository;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Takes rows out of a repository's history for good, and with the last row of a content unit the repository's hold on it.
 * May be done again from any point.
 */
final class RowRemoval {
    /** Parts of a log looked at in one go. */
    static final int PARTS = 10;

    private static final int ROWS = 100;
    private static final int WRITES = 60;

    private final MetadataStore store;
    private final RepositoryId repository;
    private final Predicate<Content> goes;

    /** @param goes whether a row is one of those that are taken out */
    RowRemoval(MetadataStore store, RepositoryId repository, Predicate<Content> goes) {
        this.store = store;
        this.repository = repository;
        this.goes = goes;
    }

    /** A conditional transaction. */
    @FunctionalInterface
    interface Writer {
        boolean write(List<Write> writes);
    }

    /** All rows a log part names, then the part. False: a condition did not hold. */
    boolean remove(Change.Part part, Writer writer) {
        for (Change change : part.changes()) {
            Optional<? extends Content> row = store.get(
                    Content.TABLES.get(change.table()), Content.key(repository, change.name(), part.version()));
            if (row.isPresent() && !remove(row.get(), writer)) {
                return false;
            }
        }
        return writer.write(List.of(Write.delete(Change.Part.TABLE, part)));
    }

    boolean remove(Content row, Writer writer) {
        List<Write> writes = new ArrayList<>();
        row.unit().filter(unit -> row.present() && !isHeldBesides(row, unit)).ifPresent(unit -> {
            store.get(Holder.TABLE, Holder.key(unit, repository))
                    .ifPresent(holder -> writes.add(holder.deleteUnchanged()));
            if (row instanceof ManifestEntry manifest) {
                named(manifest)
                        .forEach(digest -> writes.add(
                                Write.delete(ContentUse.TABLE, new ContentUse(repository, digest, manifest.digest()))));
            }
        });
        // The row goes last: it is what the others are found by.
        for (int from = 0; from + WRITES < writes.size(); from += WRITES) {
            if (!writer.write(writes.subList(from, from + WRITES))) {
                return false;
            }
        }
        List<Write> last = new ArrayList<>(writes.subList(writes.size() / WRITES * WRITES, writes.size()));
        last.add(new Write.Delete(
                row.table(), Content.key(repository, row.name(), row.version()), Condition.anything()));
        return writer.write(last);
    }

    private boolean isHeldBesides(Content row, ContentUnit unit) {
        Table<? extends Content> table = row.table();
        Query rows = Query.ascending(
                repository.toString(), Content.sort(row.name(), 0), Content.sort(row.name(), Content.PENDING), ROWS);
        Optional<String> after = Optional.empty();
        do {
            Page<? extends Content> page =
                    store.query(table, after.map(rows::after).orElse(rows));
            boolean held = page.records().stream()
                    .anyMatch(other -> other.version() != row.version()
                            && !goes.test(other)
                            && other.present()
                            && other.unit().equals(Optional.of(unit)));
            if (held) {
                return true;
            }
            after = page.next();
        } while (after.isPresent());
        return false;
    }

    private static Stream<Digest> named(ManifestEntry manifest) {
        return manifest.body().stream().flatMap(body -> {
            Manifest parsed = Manifest.parse(body.getBytes(StandardCharsets.UTF_8), Optional.of(manifest.mediaType()));
            return Stream.concat(parsed.blobs().stream(), parsed.manifests().stream());
        });
    }
}
