package dev.lading.cleanup;

import dev.lading.blob.BlobRecord;
import dev.lading.cleanup.ReclaimService.Reclaimed;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.Content;
import dev.lading.history.row.OriginUse;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.remote.Remote;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * Empties the rows of a blob and deletes its bytes. The bytes' record is claimed first, as {@link OrphanedBytes} does,
 * which fails writers that have read it; then holders are looked for; then the last rows are emptied in the transaction
 * that deletes the record. A process that dies before it leaves a row that holds the bytes, so that the next reclaim
 * begins again; one that dies after it leaves a discarded upload, which any sweep finishes.
 */
final class ByteRelease {
    /** Limit on rows of one transaction, each with what it writes beside it. */
    private static final int ROWS_AT_ONCE = 30;

    private static final int PAGE = 100;
    private static final int ATTEMPTS = 5;

    private final MetadataStore store;
    private final UploadService uploads;
    private final Holdings holdings;

    ByteRelease(MetadataStore store, UploadService uploads) {
        this.store = store;
        this.uploads = uploads;
        this.holdings = new Holdings(store);
    }

    /**
     * What may be given up.
     *
     * @param leads whether bytes can be had again from an origin
     * @param bytes whether these may go
     * @param repositories whose bytes may go
     */
    record Terms(Predicate<BlobOrigin> leads, Predicate<BlobRecord> bytes, Predicate<RepositoryId> repositories) {
        Terms(Predicate<BlobOrigin> leads, Predicate<BlobRecord> bytes) {
            this(leads, bytes, each -> true);
        }

        boolean allow(BlobEntry row) {
            return row.version() != Content.PENDING
                    && repositories.test(row.repository())
                    && row.origin().filter(leads).isPresent();
        }
    }

    /**
     * Empties the rows of one repository, if all that hold the blob there may be; its bytes go if nothing else holds
     * them.
     *
     * @return empty: others changed the same all the time, and the next reclaim has it
     */
    Optional<Reclaimed> in(RepositoryId repository, Digest digest, Terms terms) throws IOException {
        return until(() -> attempt(
                store.stream(BlobEntry.TABLE, Content.history(repository, digest.toString(), PAGE))
                        .filter(row -> row.present() && row.isHeld())
                        .toList(),
                digest,
                terms));
    }

    /** Empties the rows of all repositories, if all that hold the bytes may be. */
    Optional<Reclaimed> everywhere(Digest digest, Terms terms) throws IOException {
        return until(
                () -> attempt(bytes(digest).stream().flatMap(holdings::rows).toList(), digest, terms));
    }

    private static Optional<Reclaimed> until(Supplier<Optional<Reclaimed>> attempt) throws IOException {
        try {
            return OptimisticRetry.within(ATTEMPTS, attempt);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Optional<BlobRecord> bytes(Digest digest) {
        return store.get(BlobRecord.TABLE, BlobRecord.key(digest));
    }

    /** @return empty: somebody else was first */
    private Optional<Reclaimed> attempt(List<BlobEntry> rows, Digest digest, Terms terms) {
        if (rows.isEmpty() || !rows.stream().allMatch(terms::allow)) {
            return Optional.of(Reclaimed.NOTHING);
        }
        Optional<BlobRecord> found = bytes(digest);
        if (found.filter(terms.bytes()).isEmpty() && found.isPresent()) {
            return Optional.of(Reclaimed.NOTHING);
        }
        if (found.isEmpty() || holdings.isHeldBeside(found.get(), rows)) {
            return emptied(rows);
        }
        BlobRecord doomed = found.get().doomed() ? found.get() : found.get().doomed(true);
        if (!found.get().doomed() && !replace(found.get(), doomed)) {
            return Optional.empty();
        }
        if (holdings.isHeldBeside(doomed, rows)) {
            replace(doomed, doomed.doomed(false));
            return emptied(rows);
        }
        return forgotten(doomed, rows);
    }

    private boolean replace(BlobRecord read, BlobRecord changed) {
        return store.write(Write.put(BlobRecord.TABLE, changed, Condition.unchanged(read)));
    }

    private Optional<Reclaimed> emptied(List<BlobEntry> rows) {
        return parts(rows).stream().allMatch(part -> store.write(emptying(part)))
                ? Optional.of(new Reclaimed(1, 0, 0))
                : Optional.empty();
    }

    private Optional<Reclaimed> forgotten(BlobRecord doomed, List<BlobEntry> rows) {
        List<List<BlobEntry>> parts = parts(rows);
        boolean begun = parts.subList(0, parts.size() - 1).stream().allMatch(part -> store.write(emptying(part)));
        try {
            return begun && uploads.forget(doomed, emptying(parts.getLast()))
                    ? Optional.of(new Reclaimed(1, 1, doomed.sizeBytes()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<List<BlobEntry>> parts(List<BlobEntry> rows) {
        return rows.stream().gather(Gatherers.windowFixed(ROWS_AT_ONCE)).toList();
    }

    /** Writes that make rows listed ones: as long as they are there, and so is what leads to their bytes. */
    private static List<Write> emptying(List<BlobEntry> rows) {
        Stream<Write> emptied = rows.stream()
                .map(row -> Write.put(BlobEntry.TABLE, row.with(Optional.empty(), row.origin()), Condition.present()));
        Stream<Write> uses = rows.stream()
                .map(row -> new OriginUse(row.origin().orElseThrow().remote(), row.repository()))
                .distinct()
                .map(OriginUse::put);
        Stream<Write> remotes = rows.stream()
                .map(row -> row.origin().orElseThrow().remote())
                .distinct()
                .map(remote -> new Write.Check(Remote.TABLE, Remote.key(remote), Condition.present()));
        return Stream.of(emptied, uses, remotes).flatMap(each -> each).toList();
    }
}
