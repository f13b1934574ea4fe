package dev.lading.commit;

import dev.lading.history.Change;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Deletes rows of a repository's history for good and, with the last row of a content unit, its
 * {@link RepositoryContent}. Idempotent; may be repeated from any point.
 */
public final class RowRemoval {
    /** Log parts read at once. */
    static final int PARTS = 10;

    private static final int ROWS = 100;
    private static final int WRITES = 60;

    private final MetadataStore store;
    private final RepositoryId repository;
    private final Predicate<Content> goes;
    private final Function<ManifestEntry, List<Digest>> named;

    /**
     * @param goes selects the rows to delete
     * @param named digests that a manifest refers to
     */
    public RowRemoval(
            MetadataStore store,
            RepositoryId repository,
            Predicate<Content> goes,
            Function<ManifestEntry, List<Digest>> named) {
        this.store = store;
        this.repository = repository;
        this.goes = goes;
        this.named = named;
    }

    /** A conditional transaction. */
    @FunctionalInterface
    public interface Writer {
        boolean write(List<Write> writes);
    }

    /** Deletes all rows that a log part lists, then the part. False: a condition did not hold. */
    boolean remove(Change.Part part, Writer writer) {
        for (Change change : part.changes()) {
            Optional<? extends Content> row =
                    store.get(Content.table(change.table()), Content.key(repository, change.name(), part.version()));
            if (row.isPresent() && !remove(row.get(), writer)) {
                return false;
            }
        }
        return writer.write(List.of(Write.delete(Change.Part.TABLE, part)));
    }

    /** Deletes one row. False: a condition did not hold. */
    public boolean remove(Content content, Writer writer) {
        Write row = delete(content);
        Optional<ContentUnit> unit = content.unit().filter(u -> content.present());
        if (unit.isEmpty()) {
            return writer.write(List.of(row));
        }
        // Read before the other rows are: a writer that adds one puts it again.
        Optional<RepositoryContent> holder =
                store.get(RepositoryContent.TABLE, RepositoryContent.key(unit.get(), repository));
        if (isHeldBesides(content, unit.get())) {
            return writer.write(List.of(row));
        }
        Write unchanged = holder.map(h -> Write.checkUnchanged(RepositoryContent.TABLE, h))
                .orElseGet(() -> new Write.Check(
                        RepositoryContent.TABLE, RepositoryContent.key(unit.get(), repository), Condition.absent()));
        List<Write> uses = uses(content);
        for (int from = 0; from < uses.size(); from += WRITES) {
            List<Write> part = new ArrayList<>(uses.subList(from, Math.min(uses.size(), from + WRITES)));
            part.add(unchanged);
            if (!writer.write(part)) {
                return false;
            }
        }
        // The row goes last: it is what the others are found by.
        return writer.write(
                List.of(row, holder.map(RepositoryContent::deleteUnchanged).orElse(unchanged)));
    }

    private Write delete(Content row) {
        return new Write.Delete(row.table(), Content.key(repository, row.name(), row.version()), Condition.anything());
    }

    private boolean isHeldBesides(Content row, ContentUnit unit) {
        Query rows = Query.ascending(
                repository.toString(), Content.sort(row.name(), 0), Content.sort(row.name(), Content.PENDING), ROWS);
        return store.stream(row.table(), rows)
                .anyMatch(other -> other.version() != row.version()
                        && !goes.test(other)
                        && other.present()
                        && other.unit().equals(Optional.of(unit)));
    }

    private List<Write> uses(Content row) {
        if (!(row instanceof ManifestEntry manifest)) {
            return List.of();
        }
        return named.apply(manifest).stream()
                .map(digest -> new ContentUse(repository, digest, manifest.digest()))
                .map(use -> Write.delete(ContentUse.TABLE, use))
                .toList();
    }

    /**
     * Digests that an inline manifest refers to. Large manifests are skipped; their leftover {@link ContentUse} rows
     * are harmless.
     */
    static List<Digest> namedInline(ManifestEntry manifest) {
        return manifest.body()
                .map(body -> Manifest.parse(body.getBytes(StandardCharsets.UTF_8), Optional.of(manifest.mediaType())))
                .map(Manifest::named)
                .orElse(List.of());
    }
}
