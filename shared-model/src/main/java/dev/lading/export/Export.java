package dev.lading.export;

import dev.lading.blob.BlobStore;
import dev.lading.bundle.BundleKey;
import dev.lading.bundle.BundleWriter;
import dev.lading.bundle.FileList;
import dev.lading.bundle.VolumePlan;
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
    private final List<WrittenBundle.Part> parts;

    Export(BundleContents contents, BlobStore blobs, List<BoundedBuffer> described, List<WrittenBundle.Part> parts) {
        this.parts = List.copyOf(parts);
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

    /** Which versions are in it, so that the same can be asked for again when there are newer ones. */
    public List<WrittenBundle.Part> parts() {
        return parts;
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
            write(writer, progress);
        }
    }

    /**
     * Writes one volume of the bundle.
     *
     * @param plan of these {@link #files}
     * @param number from 1 on
     */
    public void writeVolume(OutputStream out, Optional<BundleKey> key, VolumePlan plan, int number) throws IOException {
        try (var writer = new BundleWriter(out, files, key, plan, plan.mark(number))) {
            write(writer, (files, bytes) -> {});
        }
    }

    private void write(BundleWriter writer, Progress progress) throws IOException {
        var writing = new Writing(writer, progress);
        for (BoundedBuffer each : described) {
            writing.next(each.entry(), each::open);
        }
        for (ManifestFile manifest : contents.manifests()) {
            writing.next(entry(manifest), (at, length) -> piece(contents.body(contents.row(manifest)), at, length));
        }
        if (contents.hasEmptyLayer()) {
            writing.next(emptyLayer(), (at, length) -> piece(EmptyLayer.bytes(), at, length));
        }
        for (BlobFile blob : (Iterable<BlobFile>) contents.blobs()::iterator) {
            writing.next(entry(blob), (at, length) -> open(blob, at, length));
        }
    }

    private static InputStream piece(byte[] bytes, long offset, long length) {
        return new ByteArrayInputStream(bytes, Math.toIntExact(offset), Math.toIntExact(length));
    }

    private InputStream open(BlobFile blob, long offset, long length) throws IOException {
        BlobEntry row = blob.in()
                .blobInVersion(blob.digest())
                .filter(BlobEntry::isHeld)
                .orElseThrow(() -> new EntityUnknown("blob", blob.digest()));
        return blobs.read(row.key().orElseThrow(), offset, length);
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
            bytes += writer.next(file, source);
            files++;
            progress.written(files, bytes);
        }
    }
}
