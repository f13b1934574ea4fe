package dev.lading.history;

import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rows of a next version, and the writes that go with them. A change too large for one of these is a series of
 * them.
 */
public final class Changes {
    private final List<Content> rows = new ArrayList<>();
    private final List<Write> alongside = new ArrayList<>();
    private ContentCounts added = ContentCounts.NONE;
    private ContentCounts removed = ContentCounts.NONE;

    /** Adds a row where the version before shows nothing, or one that removes what it shows. */
    public Changes add(Content row) {
        rows.add(row);
        if (row.present()) {
            added = added.plus(ContentCounts.one(row));
        } else {
            removed = removed.plus(ContentCounts.one(row));
        }
        return this;
    }

    /** Adds a row where the version before shows another. */
    public Changes replace(Content row) {
        removed = removed.plus(ContentCounts.one(row));
        return add(row);
    }

    /** {@link #add} or {@link #replace}, by what is there. */
    public Changes set(Content row, Optional<? extends Content> before) {
        return row.present() && before.isPresent() ? replace(row) : add(row);
    }

    /** Sets a tag; changes nothing if it is on this manifest already. */
    public Changes tag(RepositoryView newest, Tag tag, Digest digest, Instant now) {
        Optional<TagEntry> before = newest.tagEntry(tag);
        if (before.flatMap(TagEntry::digest).equals(Optional.of(digest))) {
            return this;
        }
        ContentUnit unit = newest.unitOf(ContentKind.TAG, ContentUnit.tagName(tag, digest), now);
        return set(TagEntry.set(newest.repository(), newest.nextVersion(), unit), before)
                .with(RepositoryContent.put(unit, newest.repository(), now));
    }

    /** Adds a write that makes no version by itself and happens only if the rest does. */
    public Changes with(Write write) {
        alongside.add(write);
        return this;
    }

    public Changes addAll(Changes other) {
        rows.addAll(other.rows);
        alongside.addAll(other.alongside);
        added = added.plus(other.added);
        removed = removed.plus(other.removed);
        return this;
    }

    /**
     * Removes a row from the newest version. A removed blob is pending again: a client may just have been told that it
     * is there.
     */
    public Changes remove(Content row, RepositoryView newest, Instant now) {
        add(row.removedAt(newest.nextVersion()));
        if (row instanceof BlobEntry blob) {
            with(blob.at(Content.PENDING, true).put());
            with(RepositoryContent.put(blob.unit().orElseThrow(), newest.repository(), now));
        }
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty() && alongside.isEmpty();
    }

    /** These changes in pieces of one write each. */
    public List<Changes> split() {
        List<Changes> pieces = new ArrayList<>();
        for (Content row : rows) {
            Changes piece = new Changes();
            piece.rows.add(row);
            pieces.add(piece);
        }
        alongside.forEach(write -> pieces.add(new Changes().with(write)));
        pieces.getFirst().added = added;
        pieces.getFirst().removed = removed;
        return pieces;
    }

    public List<Content> rows() {
        return rows;
    }

    public List<Write> alongside() {
        return alongside;
    }

    /** Blobs of {@link #alongside} that become pending, or end to be. */
    Stream<BlobEntry> pending() {
        return alongside.stream()
                .filter(write -> write instanceof Write.Put<?> put && put.record() instanceof BlobEntry)
                .map(write -> (BlobEntry) ((Write.Put<?>) write).record());
    }

    public ContentCounts added() {
        return added;
    }

    public ContentCounts removed() {
        return removed;
    }
}
