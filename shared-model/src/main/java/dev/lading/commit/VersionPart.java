package dev.lading.commit;

import dev.lading.history.Change;
import dev.lading.history.Changes;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The part of a version that fits into one transaction, beside the records that make it a version. */
final class VersionPart {
    private static final int MAX_WRITES = 80;
    private static final int FACT_BYTES = 700;
    private static final long MAX_BYTES = MetadataStore.MAX_WRITE_BYTES - MetadataStore.MAX_RECORD_BYTES;

    private final List<Content> rows = new ArrayList<>();
    /** Writes by record: no record may be written twice. */
    private final Map<String, Write> alongside = new LinkedHashMap<>();

    private ContentCounts added = ContentCounts.NONE;
    private ContentCounts removed = ContentCounts.NONE;
    private long bytes;
    private int fences;

    /** Divides changes into parts. */
    static final class Source {
        private final Iterator<Changes> steps;
        private Optional<Changes> next;

        Source(Iterator<Changes> steps) {
            this.steps = steps;
            this.next = take();
        }

        boolean hasNext() {
            return next.isPresent();
        }

        VersionPart next() {
            var part = new VersionPart();
            while (next.isPresent() && part.takes(next.get())) {
                part.add(next.get());
                next = take();
            }
            return part;
        }

        private Optional<Changes> take() {
            while (steps.hasNext()) {
                Changes changes = steps.next();
                if (!changes.isEmpty()) {
                    return Optional.of(changes);
                }
            }
            return Optional.empty();
        }
    }

    private boolean takes(Changes more) {
        int writes = rows.size() + alongside.size() + fences;
        return writes == 0
                || (writes + more.rows().size() + more.alongside().size() + fences(more) <= MAX_WRITES
                        && bytes + bytes(more) <= MAX_BYTES);
    }

    private void add(Changes more) {
        rows.addAll(more.rows());
        more.alongside().forEach(write -> alongside.put(VersionDraft.identity(write), write));
        added = added.plus(more.added());
        removed = removed.plus(more.removed());
        bytes += bytes(more);
        fences += fences(more);
    }

    private static int fences(Changes changes) {
        return BytesFence.count(VersionDraft.writes(changes));
    }

    private static long bytes(Changes changes) {
        return changes.rows().stream().mapToLong(VersionDraft::bytes).sum()
                + (long) FACT_BYTES * changes.alongside().size();
    }

    List<Content> rows() {
        return rows;
    }

    List<Change> log() {
        return rows.stream().map(Change::of).toList();
    }

    ContentCounts added() {
        return added;
    }

    ContentCounts removed() {
        return removed;
    }

    List<Write> all() {
        return Stream.concat(rows.stream().map(Content::put), alongside.values().stream())
                .toList();
    }

    /** Deletions, held back until the end: until then the change may be abandoned. */
    List<Write> untilTheEnd() {
        return all().stream().filter(write -> !(write instanceof Write.Delete)).toList();
    }

    List<Write> atTheEnd() {
        return all().stream().filter(Write.Delete.class::isInstance).toList();
    }
}
