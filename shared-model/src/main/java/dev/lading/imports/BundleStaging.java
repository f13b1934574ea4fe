package dev.lading.imports;

import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.bundle.BundleReader;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.FileList;
import dev.lading.bundle.Part;
import dev.lading.content.ManifestService;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.ManifestInvalid;
import dev.lading.upload.Chunk;
import dev.lading.upload.Upload;
import dev.lading.upload.UploadService;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Stages the files of a bundle. All of them are read and verified, those that are here already, too: that a list names a
 * digest does not say that whoever wrote it had the bytes.
 */
final class BundleStaging implements Closeable {
    private final MetadataStore store;
    private final UploadService uploads;
    private final ManifestService manifests;
    private final BlobStore blobs;
    private final InstantSource clock;
    private final StagedBundle bundle;
    private final BundleDocument document;
    private final KeptSideBySide kept = new KeptSideBySide();

    BundleStaging(
            MetadataStore store,
            UploadService uploads,
            ManifestService manifests,
            BlobStore blobs,
            InstantSource clock,
            StagedBundle bundle,
            BundleDocument document) {
        this.store = store;
        this.uploads = uploads;
        this.manifests = manifests;
        this.blobs = blobs;
        this.clock = clock;
        this.bundle = bundle;
        this.document = document;
    }

    /**
     * Stages the next file, or piece of one; {@link #await} then waits for those that are on their way.
     *
     * @return its entry
     * @throws BundleRefused if it is not what the list says, or what the document says
     */
    FileList.Entry next(BundleReader reader) throws IOException {
        Part part = reader.peek();
        FileList.Entry file = part.file();
        Optional<MediaType> type = document.manifest(file.digest());
        if (!part.isWhole()) {
            return isWanted(file) ? piece(reader, part) : reader.next((bytes, count) -> {});
        }
        if (type.isPresent()) {
            byte[] body = body(reader, file);
            takeManifest(file, type.get(), body);
            return file;
        }
        if (!document.isBlob(file.digest()) || isHeld(file)) {
            return reader.next((bytes, count) -> {});
        }
        return reader.pass(content -> kept.keep(content, each -> upload(file, each)));
    }

    /**
     * Waits until all files are staged.
     *
     * @throws BundleRefused if one is not what the list says
     */
    void await() throws IOException {
        kept.await();
    }

    @Override
    public void close() {
        kept.close();
    }

    private void takeManifest(FileList.Entry file, MediaType type, byte[] body) throws IOException {
        manifest(file.digest(), type, body);
        if (document.isBlob(file.digest()) && !isHeld(file)) {
            upload(file, new ByteArrayInputStream(body));
        }
    }

    /** Whether a file of which there are pieces is not here yet. */
    private boolean isWanted(FileList.Entry file) {
        if (document.manifest(file.digest()).isPresent()) {
            return bundle.staging().view(store).manifest(file.digest()).isEmpty();
        }
        return document.isBlob(file.digest()) && !isHeld(file);
    }

    private FileList.Entry piece(BundleReader reader, Part part) throws IOException {
        Upload upload = uploads.begin();
        try {
            FileList.Entry entry = reader.pass(content -> uploads.append(
                    upload.key(), new Chunk(OptionalLong.empty(), OptionalLong.of(part.sizeBytes()), content)));
            uploads.finish(upload.key(), Chunk.EMPTY, entry.digest(), this::staged);
            return entry;
        } catch (BundleRefused e) {
            uploads.cancel(upload.key());
            throw e;
        }
    }

    /**
     * Joins a file whose pieces are all staged.
     *
     * @throws BundleRefused if they are not those of the file
     */
    void join(FileList.Entry file, List<Digest> pieces) throws IOException {
        if (!isWanted(file)) {
            return;
        }
        Optional<MediaType> type = document.manifest(file.digest());
        try (InputStream joined = new SequenceInputStream(Collections.enumeration(opening(pieces)))) {
            if (type.isEmpty()) {
                upload(file, joined);
                return;
            }
            requireManifestSize(file);
            byte[] body = joined.readAllBytes();
            if (!Digest.of(Digest.SHA256, body).equals(file.digest())) {
                throw unlike(file);
            }
            takeManifest(file, type.get(), body);
        }
    }

    /** Opens one after the other, each when the one before it has ended. */
    private Collection<InputStream> opening(List<Digest> pieces) {
        return new AbstractList<>() {
            @Override
            public InputStream get(int index) {
                BlobRecord bytes = uploads.kept(pieces.get(index));
                try {
                    return blobs.read(bytes.key(), 0, bytes.sizeBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public int size() {
                return pieces.size();
            }
        };
    }

    private static void requireManifestSize(FileList.Entry file) {
        if (file.sizeBytes() > Manifest.MAX_BYTES) {
            throw new BundleRefused(file.path() + " is larger than any manifest may be");
        }
    }

    private static BundleRefused unlike(FileList.Entry file) {
        return new BundleRefused(file.path() + " is not what the list says: its digest is another");
    }

    private static byte[] body(BundleReader reader, FileList.Entry file) throws IOException {
        requireManifestSize(file);
        var body = new ByteArrayOutputStream((int) file.sizeBytes());
        var _ = reader.next((bytes, count) -> body.write(bytes, 0, count));
        return body.toByteArray();
    }

    private void manifest(Digest digest, MediaType type, byte[] body) {
        Manifest manifest;
        try {
            manifest = Manifest.parse(body, Optional.of(type));
        } catch (ManifestInvalid e) {
            throw new BundleRefused("manifest " + digest + " is none: " + e.getMessage());
        }
        write(() -> {
            try {
                return manifests.stage(bundle.staging(), digest, manifest, body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Whether the bytes are here, and stay. */
    private boolean isHeld(FileList.Entry file) {
        return OptimisticRetry.until(clock, () -> {
            Optional<BlobRecord> bytes = store.get(BlobRecord.TABLE, BlobRecord.key(file.digest()));
            if (bytes.isEmpty()) {
                return Optional.of(false);
            }
            List<Write> writes = new ArrayList<>(staged(bytes.get()));
            writes.add(bytes.get().use());
            return store.writeUnsynced(writes) ? Optional.of(true) : Optional.empty();
        });
    }

    private void upload(FileList.Entry file, InputStream content) throws IOException {
        Upload upload = uploads.begin();
        try {
            uploads.finish(
                    upload.key(),
                    new Chunk(OptionalLong.empty(), OptionalLong.of(file.sizeBytes()), content),
                    file.digest(),
                    this::staged);
        } catch (DigestInvalid e) {
            throw unlike(file);
        } catch (BundleRefused e) {
            uploads.cancel(upload.key());
            throw e;
        }
    }

    private List<Write> staged(BlobRecord bytes) {
        List<Write> writes = new ArrayList<>(bundle.staging().blob(bytes, clock.instant()));
        writes.add(begun());
        return writes;
    }

    private void write(Supplier<List<Write>> staging) {
        var _ = OptimisticRetry.until(clock, () -> {
            List<Write> writes = new ArrayList<>(staging.get());
            writes.add(begun());
            return store.writeUnsynced(writes) ? Optional.of(true) : Optional.empty();
        });
    }

    /** A condition that fails once another import of this bundle has ended, and with it what is staged. */
    private Write begun() {
        if (store.get(StagedBundle.TABLE, StagedBundle.key(bundle.list(), bundle.cut()))
                .filter(bundle::equals)
                .isEmpty()) {
            throw new EntityInUse("another import of this bundle has ended meanwhile");
        }
        return Write.checkUnchanged(StagedBundle.TABLE, bundle);
    }
}
