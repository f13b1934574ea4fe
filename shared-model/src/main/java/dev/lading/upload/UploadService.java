package dev.lading.upload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.blob.BlobWriter;
import dev.lading.blob.Written;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.RegistryException.TooManyRequests;
import dev.lading.oci.RegistryException.UploadOutOfOrder;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Uploads of blobs. The upload's record says how many bytes were acknowledged; a chunk moves that by compare-and-set,
 * so of two chunks for one place one fails as out of order. The running hash stays in memory between requests, or in
 * the record where each request may reach another process. The record also has the digest of what is written, so that
 * whichever process is told the end need not have the hash. Where both are lost, the bytes are read once more at the
 * end.
 */
public final class UploadService {
    /** The usual limit on uploads that one principal has open; pushing an image opens a few. */
    public static final int USUAL_OPEN = 1_000;

    public static final int MOST_OPEN = 10_000;

    private static final int IDLE_HASHES = 10_000;
    private static final Duration IDLE_HASH_LIFE = Duration.ofMinutes(30);

    private final MetadataStore store;
    private final BlobStore blobs;
    private final RepositoryService repositories;
    private final InstantSource clock;
    private final Duration expiry;
    private final boolean changesProcess;
    private final OpenUploads open;

    /** Uploads that a request of this process is writing to. */
    private final Set<BlobKey> writing = ConcurrentHashMap.newKeySet();

    private final Cache<BlobKey, UploadSession> idle = Caffeine.newBuilder()
            .maximumSize(IDLE_HASHES)
            .expireAfterAccess(IDLE_HASH_LIFE)
            .build();

    /**
     * @param expiry how long an upload may be idle before it is swept
     * @param changesProcess whether the next request of an upload is likely to reach another process, as in Lambda
     */
    public UploadService(
            MetadataStore store,
            BlobStore blobs,
            RepositoryService repositories,
            InstantSource clock,
            Duration expiry,
            boolean changesProcess) {
        this(store, blobs, repositories, clock, expiry, changesProcess, USUAL_OPEN);
    }

    /** @param mostOpen limit on uploads that one principal has open at once; 0: any number */
    public UploadService(
            MetadataStore store,
            BlobStore blobs,
            RepositoryService repositories,
            InstantSource clock,
            Duration expiry,
            boolean changesProcess,
            int mostOpen) {
        this.store = store;
        this.blobs = blobs;
        this.repositories = repositories;
        this.clock = clock;
        this.expiry = expiry;
        this.changesProcess = changesProcess;
        if (mostOpen < 0 || mostOpen > MOST_OPEN) {
            throw new IllegalArgumentException("the limit of open uploads is a number from 1 to " + MOST_OPEN
                    + ", or 0 for none, not " + mostOpen);
        }
        this.open = new OpenUploads(store, clock, mostOpen, expiry);
    }

    public Duration expiry() {
        return expiry;
    }

    /**
     * Opens an upload for a repository; no byte is stored yet.
     *
     * @param principal for whom it counts until it is finished, canceled or has expired
     * @throws TooManyRequests if they have as many open as one may have
     */
    public Upload begin(RepositoryName name, String principal) {
        return remembered(open.begin(principal, slot -> fresh(Optional.of(name), slot)));
    }

    /** Opens an upload for a repository that counts for nobody, to be finished by the request that begins it. */
    public Upload begin(RepositoryName name) {
        return begin(Optional.of(name));
    }

    /** Opens an upload for no repository, which a {@link Claim} ends. */
    public Upload begin() {
        return begin(Optional.empty());
    }

    private Upload begin(Optional<RepositoryName> name) {
        Upload upload = fresh(name, Optional.empty());
        store.writeUnsynced(List.of(Write.put(Upload.TABLE, upload, Condition.absent())));
        return remembered(upload);
    }

    private Upload remembered(Upload upload) {
        idle.put(upload.key(), new UploadSession(upload, changesProcess));
        return upload;
    }

    private Upload fresh(Optional<RepositoryName> name, Optional<UploadSlot.Id> slot) {
        return new Upload(
                BlobKey.random(),
                name,
                Written.NOTHING,
                Optional.empty(),
                Optional.empty(),
                clock.instant().plus(expiry),
                false,
                slot,
                0);
    }

    /** Bytes acknowledged so far. */
    public long sizeBytes(RepositoryName name, BlobKey key) {
        return sizeBytes(Optional.of(name), key);
    }

    /** Bytes acknowledged so far of an upload for no repository. */
    public long sizeBytes(BlobKey key) {
        return sizeBytes(Optional.empty(), key);
    }

    private long sizeBytes(Optional<RepositoryName> name, BlobKey key) {
        return load(name, key).written().sizeBytes();
    }

    /**
     * Appends one chunk and returns the total stored so far, in bytes. A chunk that breaks off leaves the upload as it
     * was. Source: distribution-spec v1.1, "Pushing a blob in chunks".
     *
     * @throws UploadOutOfOrder if the chunk does not start at the current end, or another request is writing
     */
    public long append(RepositoryName name, BlobKey key, Chunk chunk) throws IOException {
        return append(Optional.of(name), key, chunk);
    }

    /** Appends one chunk, as {@link #append(RepositoryName, BlobKey, Chunk)} does, to an upload for no repository. */
    public long append(BlobKey key, Chunk chunk) throws IOException {
        return append(Optional.empty(), key, chunk);
    }

    private long append(Optional<RepositoryName> name, BlobKey key, Chunk chunk) throws IOException {
        UploadSession session = acquire(name, key);
        try (BlobWriter writer = blobs.write(key, session.written())) {
            chunk.requireStart(session.written().sizeBytes());
            @Nullable MessageDigest hash = session.hashCopy(Digest.SHA256);
            receive(session, chunk, writer, hash);
            Upload grown = session.upload()
                    .grown(
                            writer.flush(),
                            UploadSession.kept(hash),
                            UploadSession.digest(hash),
                            clock.instant().plus(expiry));
            if (!replace(session.upload(), grown)) {
                session.forget();
                throw outOfOrder(name, key, "another request has written to this upload");
            }
            session.advance(grown, hash);
            return grown.written().sizeBytes();
        } finally {
            release(session);
        }
    }

    /**
     * Appends the last chunk, which may be empty, and makes the upload a blob of its repository once its digest is
     * verified and its bytes are durable. Bytes the registry has already are stored once.
     *
     * @throws DigestInvalid if the content is not {@code digest}'s; the upload is gone then
     */
    public void finish(RepositoryName name, BlobKey key, Chunk chunk, Digest digest) throws IOException {
        finish(Optional.of(name), key, chunk, digest, bytes -> {
            RepositoryId repository = repositories.getOrCreate(name);
            return List.of(
                    BlobEntry.pending(repository, bytes).put(),
                    RepositoryContent.put(BlobEntry.unit(bytes), repository, clock.instant()));
        });
    }

    /** The claim on a finished upload. */
    @FunctionalInterface
    public interface Claim {
        /**
         * Writes in the transaction that makes the upload a blob; called again when one of the conditions did not hold.
         */
        List<Write> on(BlobRecord bytes);

        /** Runs all tries of the claim; an implementation may serialize claims that change one record. */
        default <T> T inTurn(Supplier<T> tries) {
            return tries.get();
        }
    }

    /**
     * Finishes an upload for no repository as {@link #finish(RepositoryName, BlobKey, Chunk, Digest)} does one for a
     * repository.
     *
     * @throws DigestInvalid if the content is not {@code digest}'s; the upload is gone then
     */
    public void finish(BlobKey key, Chunk chunk, Digest digest, Claim claim) throws IOException {
        finish(Optional.empty(), key, chunk, digest, claim);
    }

    private void finish(Optional<RepositoryName> name, BlobKey key, Chunk chunk, Digest digest, Claim claim)
            throws IOException {
        UploadSession session = acquire(name, key);
        try {
            long sizeBytes = commitBytes(session, chunk, digest);
            link(session.upload(), digest, sizeBytes, claim);
            session.forget();
        } catch (DigestInvalid e) {
            discard(session.upload());
            session.forget();
            throw e;
        } finally {
            release(session);
        }
    }

    /**
     * Stores bytes under their digest without a repository: cleanup deletes them unless one soon takes them by
     * {@link #kept}.
     */
    public void keep(Digest digest, byte[] content) throws IOException {
        if (store.get(BlobRecord.TABLE, BlobRecord.key(digest)).isPresent()) {
            return;
        }
        Upload upload = fresh(Optional.empty(), Optional.empty());
        store.write(Write.put(Upload.TABLE, upload, Condition.absent()));
        try (BlobWriter writer = blobs.write(upload.key(), Written.NOTHING)) {
            writer.write(content, 0, content.length);
            // Nobody else knows the key: what was there would be these bytes, of a request that S3 was sent twice.
            writer.commit();
        }
        BlobRecord bytes = BlobRecord.first(digest, upload.key(), content.length, clock.instant());
        if (!store.write(
                Write.deleteUnchanged(Upload.TABLE, upload), Write.put(BlobRecord.TABLE, bytes, Condition.absent()))) {
            discard(upload);
        }
    }

    /** Bytes stored by {@link #keep}, to be used in a transaction with {@link BlobRecord#use}. */
    public BlobRecord kept(Digest digest) {
        return store.get(BlobRecord.TABLE, BlobRecord.key(digest))
                .orElseThrow(() -> new StoreBusy("cleanup has just deleted this content", Duration.ofSeconds(1)));
    }

    /** Deletes bytes that no repository holds. False: another writer has just used them. */
    public boolean forget(BlobRecord bytes) throws IOException {
        return forget(bytes, List.of());
    }

    /** @param with writes of the transaction after which nothing holds the bytes */
    public boolean forget(BlobRecord bytes, List<Write> with) throws IOException {
        Upload orphaned = Upload.orphaned(bytes);
        boolean forgotten = store.write(with(
                with,
                List.of(),
                Write.deleteUnchanged(BlobRecord.TABLE, bytes),
                Write.put(Upload.TABLE, orphaned, Condition.absent())));
        if (forgotten) {
            discard(orphaned);
        }
        return forgotten;
    }

    public void cancel(RepositoryName name, BlobKey key) throws IOException {
        cancel(Optional.of(name), key);
    }

    /** Deletes an upload for no repository. */
    public void cancel(BlobKey key) throws IOException {
        cancel(Optional.empty(), key);
    }

    private void cancel(Optional<RepositoryName> name, BlobKey key) throws IOException {
        Upload upload = load(name, key);
        idle.invalidate(key);
        discard(upload);
    }

    /** Deletes uploads that were idle for longer than the expiry, and those whose sweep was interrupted. */
    public int sweep() throws IOException {
        return new UploadSweep(store, clock)
                .forEachDue(upload -> !writing.contains(upload.key()), upload -> discard(upload, blobs::abandon));
    }

    /**
     * Drops bytes that were never acknowledged, so that a killed process leaves none until they expire. For a store
     * that only this process writes to, before it does.
     */
    public void recover() throws IOException {
        new UploadSweep(store, clock).forEach(upload -> {
            if (!upload.discarded()) {
                recover(upload);
            }
        });
    }

    private void recover(Upload upload) throws IOException {
        try {
            blobs.write(upload.key(), upload.written()).close();
            if (upload.digest().isPresent()) {
                // The machine may have died before it wrote the bytes that were hashed.
                replace(upload, upload.unverified());
            }
        } catch (NoSuchFileException e) {
            // The machine died before the bytes were synced: the client was promised no more than to begin again.
            discard(upload);
        }
    }

    private long commitBytes(UploadSession session, Chunk chunk, Digest digest) throws IOException {
        BlobKey key = session.upload().key();
        try (BlobWriter writer = blobs.write(key, session.written())) {
            chunk.requireStart(session.written().sizeBytes());
            @Nullable MessageDigest hash = session.hashCopy(digest.algorithm());
            long sizeBytes = receive(session, chunk, writer, hash);
            Optional<Digest> found = hash != null
                    ? Optional.of(Digest.finish(digest.algorithm(), hash.digest()))
                    : session.digestOf(sizeBytes, digest.algorithm());
            found.ifPresent(known -> requireEqual(digest, known));
            if (!writer.commit()) {
                requireCommitted(session.upload(), digest);
            } else if (found.isEmpty()) {
                requireEqual(digest, rehash(key, sizeBytes, digest.algorithm()));
            }
            return sizeBytes;
        }
    }

    /**
     * Compares bytes that another request committed: this one repeats it, since its process died before it recorded
     * them, or was outrun.
     */
    private void requireCommitted(Upload upload, Digest digest) throws IOException {
        long committed = blobs.sizeBytes(upload.key()).orElseThrow(UploadUnknown::new);
        Digest found = rehash(upload.key(), committed, digest.algorithm());
        if (!found.equals(digest)) {
            load(upload.name(), upload.key());
        }
        requireEqual(digest, found);
    }

    private long receive(UploadSession session, Chunk chunk, BlobWriter writer, @Nullable MessageDigest hash)
            throws IOException {
        return session.written().sizeBytes() + chunk.copyTo(writer, hash, () -> keepAlive(session));
    }

    /** Extends an upload's expiry during a chunk, which may take longer than an idle upload lives. */
    private void keepAlive(UploadSession session) {
        Upload upload = session.upload();
        if (clock.instant().plus(expiry.dividedBy(2)).isAfter(upload.expires())) {
            Upload extended = upload.extended(clock.instant().plus(expiry));
            if (replace(upload, extended)) {
                session.extend(extended);
            }
        }
    }

    private Digest rehash(BlobKey key, long sizeBytes, String algorithm) throws IOException {
        MessageDigest hash = Digest.hasher(algorithm);
        try (InputStream bytes = blobs.read(key, 0, sizeBytes)) {
            byte[] buffer = new byte[Chunk.BUFFER_BYTES];
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.finish(algorithm, hash.digest());
    }

    private static void requireEqual(Digest named, Digest found) {
        if (!named.equals(found)) {
            throw new DigestInvalid(named, found);
        }
    }

    /** Stores the record of the bytes, the claim on them and the end of the upload in one transaction. */
    private void link(Upload upload, Digest digest, long sizeBytes, Claim claim) throws IOException {
        Optional<Upload> superfluous = claim.inTurn(() -> OptimisticRetry.until(clock, () -> {
            // Nearly always it is new: clients ask before they send. So it is tried before it is looked for.
            BlobRecord bytes = BlobRecord.first(digest, upload.key(), sizeBytes, clock.instant());
            if (store.write(with(
                    claim.on(bytes),
                    UploadSlot.release(upload),
                    Write.deleteUnchanged(Upload.TABLE, upload),
                    Write.put(BlobRecord.TABLE, bytes, Condition.absent())))) {
                return Optional.of(Optional.empty());
            }
            Optional<BlobRecord> existing = store.get(BlobRecord.TABLE, BlobRecord.key(digest));
            if (existing.isPresent()) {
                Upload discarded = upload.discard();
                if (store.write(with(
                        claim.on(existing.get()),
                        OpenUploads.discard(upload),
                        existing.get().use()))) {
                    return Optional.of(Optional.of(discarded));
                }
            }
            load(upload.name(), upload.key());
            return Optional.empty();
        }));
        if (superfluous.isPresent()) {
            discard(superfluous.get());
        }
    }

    private static List<Write> with(List<Write> claim, List<Write> end, Write... more) {
        return Stream.of(Stream.of(more), end.stream(), claim.stream())
                .flatMap(each -> each)
                .toList();
    }

    private void discard(Upload upload) throws IOException {
        discard(upload, blobs::delete);
    }

    private interface Deletion {
        void of(BlobKey key, Written written) throws IOException;
    }

    /** Deletes an upload. Repeatable from any point: the record goes last. */
    private void discard(Upload upload, Deletion deletion) throws IOException {
        Upload discarded = upload.discarded() ? upload : upload.discard();
        if (upload.discarded() || store.writeUnsynced(OpenUploads.discard(upload))) {
            deletion.of(upload.key(), upload.written());
            store.writeUnsynced(List.of(Write.deleteUnchanged(Upload.TABLE, discarded)));
        }
    }

    /** Replaces an upload's record, unsynced: if the machine dies, the client begins again. */
    private boolean replace(Upload read, Upload changed) {
        return store.writeUnsynced(List.of(Write.put(Upload.TABLE, changed, Condition.unchanged(read))));
    }

    private Upload load(Optional<RepositoryName> name, BlobKey key) {
        return store.get(Upload.TABLE, Upload.key(key))
                .filter(upload -> upload.name().equals(name) && !upload.discarded())
                .orElseThrow(UploadUnknown::new);
    }

    private UploadSession acquire(Optional<RepositoryName> name, BlobKey key) {
        if (!writing.add(key)) {
            throw outOfOrder(name, key, "another request is writing to this upload");
        }
        try {
            // Another process may have resumed, finished or swept it since.
            Upload stored = load(name, key);
            UploadSession resting = idle.asMap().remove(key);
            return resting != null && resting.upload().equals(stored)
                    ? resting
                    : new UploadSession(stored, changesProcess);
        } catch (RuntimeException e) {
            writing.remove(key);
            throw e;
        }
    }

    private void release(UploadSession session) {
        if (!session.isForgotten()) {
            idle.put(session.upload().key(), session);
        }
        writing.remove(session.upload().key());
    }

    private UploadOutOfOrder outOfOrder(Optional<RepositoryName> name, BlobKey key, String why) {
        return new UploadOutOfOrder(sizeBytes(name, key), why);
    }
}
