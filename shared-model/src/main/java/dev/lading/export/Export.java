package dev.lading.export;

import dev.lading.blob.BlobStore;
import dev.lading.bundle.BundleKey;
import dev.lading.bundle.BundleWriter;
import dev.lading.bundle.FileList;
import dev.lading.bundle.document.DocumentEntry.Omitted;
import dev.lading.export.BundleContents.BlobFile;
import dev.lading.export.BundleContents.ManifestFile;
import dev.lading.history.row.BlobEntry;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.RegistryException.EntityUnknown;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A bundle that is known to the last byte and not written yet. */
public final class Export {
    private final BundleContents contents;
    private final BlobStore blobs;
    private final List<BoundedBuffer> described;
    private final FileList files;

    Export(BundleContents contents, BlobStore blobs, List<BoundedBuffer> described) {
        this.contents = contents;
        this.blobs = blobs;
        this.described = List.copyOf(described);
        this.files = list();
    }

    private FileList list() {
        List<FileList.Entry> entries = new ArrayList<>();
        described.forEach(each -> entries.add(each.entry()));
        contents.manifests().forEach(each -> entries.add(entry(each)));
        if (contents.hasEmptyLayer()) {
            entries.add(emptyLayer());
        }
        contents.blobs().forEach(each -> entries.add(entry(each)));
        return new FileList(entries);
    }

    private static FileList.Entry entry(ManifestFile manifest) {
        return FileList.Entry.blob(manifest.digest(), manifest.sizeBytes());
    }

    private static FileList.Entry entry(BlobFile blob) {
        return FileList.Entry.blob(blob.digest(), blob.sizeBytes());
    }

    private static FileList.Entry emptyLayer() {
        return FileList.Entry.blob(EmptyLayer.DIGEST, EmptyLayer.SIZE_BYTES);
    }

    /** Every file, in order. */
    public FileList files() {
        return files;
    }

    /** On-demand blobs that would be named as missing. */
    public Stream<BlobEntry> missing() {
        return contents.missing();
    }

    public Stream<Omitted> omitted() {
        return contents.omitted();
    }

    /** Told how far the writing is; may throw to stop it. */
    @FunctionalInterface
    public interface Progress {
        void written(long files, long bytes);
    }

    /**
     * Writes the bundle.
     *
     * @param out the caller's to close
     * @param key that signs; empty: nobody does
     * @throws EntityUnknown if content was deleted, or given back, meanwhile
     */
    public void write(OutputStream out, Optional<BundleKey> key, Progress progress) throws IOException {
        try (var writer = new BundleWriter(out, files, key)) {
            var writing = new Writing(writer, progress);
            for (BoundedBuffer each : described) {
                writing.next(each.entry(), each::open);
            }
            for (ManifestFile manifest : contents.manifests()) {
                writing.next(entry(manifest), () -> new ByteArrayInputStream(contents.body(contents.row(manifest))));
            }
            if (contents.hasEmptyLayer()) {
                writing.next(emptyLayer(), () -> new ByteArrayInputStream(EmptyLayer.bytes()));
            }
            for (BlobFile blob : (Iterable<BlobFile>) contents.blobs()::iterator) {
                writing.next(entry(blob), () -> open(blob));
            }
        }
    }

    private InputStream open(BlobFile blob) throws IOException {
        BlobEntry row = blob.in()
                .blobInVersion(blob.digest())
                .filter(BlobEntry::isHeld)
                .orElseThrow(() -> new EntityUnknown("blob", blob.digest()));
        return blobs.read(row.key().orElseThrow(), 0, blob.sizeBytes());
    }

    /** A bundle as far as it is written. */
    private static final class Writing {
        private final BundleWriter writer;
        private final Progress progress;
        private long files;
        private long bytes;

        Writing(BundleWriter writer, Progress progress) {
            this.writer = writer;
            this.progress = progress;
        }

        void next(FileList.Entry file, BundleWriter.Source source) throws IOException {
            writer.next(file, source);
            files++;
            bytes += file.sizeBytes();
            progress.written(files, bytes);
        }
    }
}
